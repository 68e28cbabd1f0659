"""The screens of incidents in a browser."""

from odoo.tests import HttpCase, tagged

from odoo.addons.reliability.tests.hoot import HootCase


@tagged("-at_install", "post_install")
class TestBrowser(HootCase, HttpCase):
    def test_components(self):
        self.run_components("reliability_incident")
