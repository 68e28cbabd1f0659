const { createRequire } = require("node:module");

// `make lint` installs the packages there.
const tools = createRequire(`${__dirname}/.run/javascript/`);
const globals = tools("globals");
const javascript = tools("@eslint/js");
const jsdoc = tools("eslint-plugin-jsdoc");

module.exports = [
    {
        files: ["**/*.js"],
        plugins: { jsdoc },
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            // Beside modules, Odoo's web client has these; Chart.js comes with its graph view.
            globals: { ...globals.browser, Chart: "readonly", luxon: "readonly", odoo: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        // ESLint's recommended rules and those of OCA for Odoo 19; what OCA only warns of is an
        // error here, too. Left out:
        // - rules for Node.js and for scripts: all files are modules for browsers;
        // - sort-imports: it sorts by the imported names, and Odoo sorts by path;
        // - capitalized-comments, no-inline-comments: props and states are explained beside them,
        //   in a few words that are no sentence.
        rules: {
            ...javascript.configs.recommended.rules,
            "accessor-pairs": "error",
            "array-callback-return": "error",
            complexity: ["error", 15],
            "dot-notation": "error",
            eqeqeq: "error",
            "init-declarations": "error",
            "max-depth": "error",
            "max-nested-callbacks": "error",
            "max-statements-per-line": "error",
            "no-alert": "error",
            "no-array-constructor": "error",
            "no-caller": "error",
            "no-div-regex": "error",
            "no-duplicate-imports": "error",
            "no-else-return": "error",
            "no-empty-function": "error",
            "no-eq-null": "error",
            "no-eval": "error",
            "no-extend-native": "error",
            "no-extra-bind": "error",
            "no-extra-label": "error",
            "no-implicit-coercion": ["error", { allow: ["~"] }],
            "no-implicit-globals": "error",
            "no-implied-eval": "error",
            "no-inner-declarations": "error",
            "no-iterator": "error",
            "no-label-var": "error",
            "no-labels": "error",
            "no-lone-blocks": "error",
            "no-lonely-if": "error",
            "no-multi-str": "error",
            "no-negated-condition": "error",
            "no-new-func": "error",
            "no-new-wrappers": "error",
            "no-new": "error",
            "no-octal-escape": "error",
            "no-param-reassign": "error",
            "no-proto": "error",
            "no-return-assign": "error",
            "no-script-url": "error",
            "no-self-compare": "error",
            "no-sequences": "error",
            "no-shadow": "error",
            "no-throw-literal": "error",
            "no-undef-init": "error",
            "no-unmodified-loop-condition": "error",
            "no-unneeded-ternary": "error",
            "no-unused-expressions": "error",
            // Functions are hoisted, so that a file can begin with what it is about.
            "no-use-before-define": ["error", { functions: false }],
            "no-useless-call": "error",
            "no-useless-computed-key": "error",
            "no-useless-concat": "error",
            "no-useless-constructor": "error",
            "no-useless-rename": "error",
            "no-void": "error",
            "operator-assignment": ["error", "always"],
            "prefer-const": "error",
            radix: "error",
            "spaced-comment": ["error", "always"],
            "jsdoc/check-tag-names": "error",
            "jsdoc/check-types": "error",
            yoda: "error",
        },
    },
];
