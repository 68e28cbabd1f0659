"""What people see and do, in a browser."""

from odoo.tests import HttpCase, tagged


def hoot_id(name):
    """Return the id of a suite of Hoot's, which is Java's hash of its name."""
    code = 0
    for char in name:
        code = (31 * code + ord(char)) & 0xFFFFFFFF
    return f"{code:08x}"


@tagged("-at_install", "post_install")
class TestComponents(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Else the browser waits for them longer than it is given.
        cls.env["ir.qweb"]._pregenerate_assets_bundles()

    def test_every_component_does_what_it_promises(self):
        suite = hoot_id("@reliability_dashboard")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&timeout=15000&preset=desktop&id={suite}",
            code="",
            ready="",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
