from odoo.tests import HttpCase, tagged


@tagged("-at_install", "post_install")
class TestTheWebClient(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Else the browser waits for them longer than it is given.
        cls.env["ir.qweb"]._pregenerate_assets_bundles()

    def test_it_opens_without_an_error(self):
        self.browser_js(
            "/odoo",
            code="console.log('test successful')",
            ready="!!document.querySelector('.o_main_navbar')",
            login="admin",
            timeout=120,
        )
