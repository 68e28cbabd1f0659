"""The page of the platform in a browser."""

from odoo.tests import HttpCase, tagged

from odoo.addons.reliability.tests.hoot import hoot_id


@tagged("-at_install", "post_install")
class TestBrowser(HttpCase):
    """Components of this addon."""

    def test_all_components(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&timeout=15000&preset=desktop"
            f"&id={hoot_id('@reliability_platform')}",
            code="",
            ready="",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
