const { createRequire } = require("node:module");

// `make lint` installs the packages there.
const tools = createRequire(`${__dirname}/.run/javascript/`);

// Links within the repository; without asking Git where it is hosted.
module.exports = {
    plugins: [[tools.resolve("remark-validate-links"), { repository: false }]],
};
