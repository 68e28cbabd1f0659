"""The screens of incidents in a browser."""

from odoo.tests import HttpCase, tagged

from odoo.addons.reliability.tests.hoot import HootCase

from .common import IncidentCase


@tagged("-at_install", "post_install")
class TestBrowser(HootCase, HttpCase):
    def test_components(self):
        self.run_components("reliability_incident")


@tagged("-at_install", "post_install")
class TestPhone(IncidentCase, HttpCase):
    """The form of an incident is read and used on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_alerts_and_steps_are_cards(self):
        self.service.contingency = "<ul><li>Print by hand</li></ul>"
        self.evaluate(0, self.alert())
        incident = self.incident()
        incident.with_user(self.user).action_start_checklist()
        self.start_tour(
            f"/odoo/reliability-incidents/{incident.id}",
            "reliability_incident.phone",
            login=self.user.login,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertTrue(incident.step_ids.is_done)
