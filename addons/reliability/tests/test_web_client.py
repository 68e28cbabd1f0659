from odoo.tests import HttpCase, tagged

from ..collector.token_origin import TOKEN
from .hoot import HootCase


@tagged("-at_install", "post_install")
class TestWebClient(HootCase, HttpCase):
    def test_opens_without_an_error(self):
        self.browser_js(
            "/odoo",
            code="console.log('test successful')",
            ready="!!document.querySelector('.o_main_navbar')",
            login="admin",
            timeout=120,
        )

    def test_components(self):
        self.run_components("reliability")

    def test_a_new_token_is_shown_once_in_settings(self):
        self.browser_js(
            "/odoo/action-reliability.reliability_settings_action",
            code="""
                document.querySelector("[name=action_reliability_make_token]").click();
                const until = Date.now() + 90000;
                const timer = setInterval(() => {
                    const shown = document.querySelector(".modal [name=token]");
                    if (shown && shown.innerText.trim().length >= 40) {
                        clearInterval(timer);
                        console.log("test successful");
                    } else if (Date.now() > until) {
                        clearInterval(timer);
                        console.error("no token is shown");
                    }
                }, 100);
            """,
            ready="!!document.querySelector('[name=action_reliability_make_token]')",
            login="admin",
            timeout=120,
        )
        digest = self.env["ir.config_parameter"].get_param(TOKEN)
        self.assertEqual(len(digest), 64)
