"""Backups and recovery objectives on /metrics."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import RecoveryCase


@tagged("-at_install", "post_install")
class TestGauges(RecoveryCase):
    def read(self, name):
        """Return labels → value."""
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM reliability_gauge_{name}")
        return {tuple(labels): value for *labels, value in self.env.cr.fetchall()}

    def create_set(self, name, **values):
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        moments = {"first_reported": hour_ago, "reported": hour_ago}
        return self.sets.create(
            {"name": name, "contents": "database", **moments, **values}
        )

    def test_what_cannot_be_restored_has_an_infinite_age(self):
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        self.create_set("good", newest_point=hour_ago)
        self.create_set("bad")
        self.create_set("archived", active=False)
        found = self.read("backup_newest_point_age_seconds")
        self.assertEqual(found.keys(), {("good", "database"), ("bad", "database")})
        self.assertEqual(found["bad", "database"], float("inf"))
        self.assertAlmostEqual(found["good", "database"], 3600, delta=600)
        self.assertTrue(self.read("backup_report_age_seconds"))

    def test_objectives_are_those_of_services_that_have_one(self):
        self.services.write({"rpo_minutes": 0, "rto_minutes": 0})
        self.services[0].write({"rpo_minutes": 15, "rto_minutes": 240})
        code = self.services[0].code
        found = self.read("recovery_point_objective_seconds")
        self.assertEqual(found, {(code,): 900})
        found = self.read("recovery_time_objective_seconds")
        self.assertEqual(found, {(code,): 14400})
