const { createRequire } = require("node:module");

// `make lint` installs the packages there.
const tools = createRequire(`${__dirname}/.run/javascript/`);

// Odoo's own style, which is wider than OCA's (88, without spaces in braces).
module.exports = {
    plugins: [tools.resolve("@prettier/plugin-xml")],
    printWidth: 100,
    tabWidth: 4,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "preserve",
    overrides: [{ files: ["*.yaml", "*.yml"], options: { tabWidth: 2 } }],
};
