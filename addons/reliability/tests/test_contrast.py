"""Chips, badges and bars that we draw can be read by everybody (WCAG 2.2, level AA)."""

from odoo.tests import HttpCase, tagged

_CHECK = """
    const modules = odoo.loader.modules;
    const { checkContrast } = modules.get("@reliability/../tests/tours/contrast");
    checkContrast("%s").then(({ count, problems }) => {
        if (problems.length || count < %d) {
            console.error(`${count} contrasts; too low: ${problems.join("; ")}`);
        } else {
            console.log("test successful");
        }
    });
"""
_LEAST = 12
"""Two grounds with six badges each: fewer means that nothing was drawn."""


@tagged("-at_install", "post_install")
class TestContrast(HttpCase):
    """Each addon adds its samples, see ``static/tests/tours/contrast.js``."""

    def check(self, theme):
        ready = "odoo.isReady && !!document.querySelector('.o_main_navbar')"
        code = _CHECK % (theme, _LEAST)
        self.browser_js("/odoo?debug=tests", code, ready=ready, login="admin")

    def test_in_the_light_theme(self):
        self.check("light")

    def test_in_the_dark_theme(self):
        self.check("dark")
