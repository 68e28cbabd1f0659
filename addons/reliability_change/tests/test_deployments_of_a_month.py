"""The monthly report of services has the five measures of deployments."""

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.reliability_incident.tests import test_monthly_report
from odoo.addons.reliability_incident.tests.common import NOON


@tagged("-at_install", "post_install")
class TestMeasures(test_monthly_report.ReportCase):
    """Each with what it was computed from; nothing where there was nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.deployment"].search([]).unlink()

    def deploy(self, days, **values):
        end = NOON + timedelta(days=days)
        fields = {"begin": end, "end": end, "state": "done", "is_seen": True}
        return self.env["reliability.deployment"].create(fields | values)

    def test_of_the_month(self):
        commit = {"revision": "a", "made_at": NOON - timedelta(hours=2)}
        first = self.deploy(0, commit_ids=[(0, 0, commit)])
        self.deploy(7)
        self.deploy(14)
        self.deploy(21, rolls_back_id=self.deploy(20.75).id)
        self.deploy(60)
        incident = self.record(began_at=10, detected_at=15, restored_at=120)
        self.env["reliability.incident"]._suggest_deployments()
        self.assertEqual(incident.deployment_id, first)
        text = self.text(self.report())
        self.assertIn("Deployment frequency 1.1 per week 5 deployments", text)
        self.assertIn("Change lead time (median) 2 h 1 commit", text)
        rate = "Change failure rate 40.0 % 2 of 5, 1 of them not confirmed"
        self.assertIn(rate, text)
        recovery = "Failed deployment recovery time (median) 4 h 2 deployments"
        self.assertIn(recovery, text)
        self.assertIn("Rework rate 20.0 % 1 of 5", text)

    def test_a_month_without_deployments_has_no_section(self):
        self.deploy(60)
        self.assertNotIn("Deployment frequency", self.text(self.report()))

    def test_where_nothing_failed_there_is_no_recovery_time(self):
        self.deploy(0)
        text = self.text(self.report())
        self.assertIn("Change failure rate 0.0 % 0 of 1", text)
        self.assertIn("recovery time (median) Rework", text)
