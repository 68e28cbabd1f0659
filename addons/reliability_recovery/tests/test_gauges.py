"""Backups and recovery objectives on /metrics."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import DrillCase, RecoveryCase


class Gauges:
    def read(self, name):
        """Return labels → value."""
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM reliability_gauge_{name}")
        return {tuple(labels): value for *labels, value in self.env.cr.fetchall()}


@tagged("-at_install", "post_install")
class TestGauges(Gauges, RecoveryCase):
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


@tagged("-at_install", "post_install")
class TestDrills(Gauges, DrillCase):
    def setUp(self):
        super().setUp()
        self.services.write({"rpo_minutes": 0, "rto_minutes": 0})
        self.services[0].write({"rpo_minutes": 15, "rto_minutes": 240})
        self.code = self.services[0].code

    def test_without_a_drill_nothing_is_achieved(self):
        infinite = float("inf")
        self.assertEqual(self.read("recovery_drill_age_seconds"), {(): infinite})
        for name in ("point", "time"):
            found = self.read(f"recovery_{name}_achieved_seconds")
            self.assertEqual(found, {(self.code,): infinite})
        self.assertEqual(self.read("recovery_drill_passed"), {})

    def test_the_last_drill_and_what_the_last_passed_one_has_achieved(self):
        self.receive_drill().ended_at = fields.Datetime.now() - timedelta(hours=1)
        age = self.read("recovery_drill_age_seconds")[()]
        self.assertAlmostEqual(age, 3600, delta=600)
        later = fields.Datetime.to_string(fields.Datetime.now())
        self.receive_drill(
            name="later",
            usable_at=None,
            level=2,
            phases=[{"name": "fetch", "begin": "2026-11-29T12:00:01Z", "seconds": 2}],
            bytes=None,
        ).ended_at = later
        self.assertAlmostEqual(
            self.read("recovery_drill_age_seconds")[()], 3600, delta=600
        )
        self.assertEqual(self.read("recovery_drill_passed"), {(): 0})
        self.assertEqual(self.read("recovery_drill_phase_seconds"), {("fetch",): 2})
        self.assertEqual(self.read("recovery_drill_restored_bytes"), {})
        found = self.read("recovery_point_achieved_seconds")
        self.assertEqual(found, {(self.code,): 1200})
        found = self.read("recovery_time_achieved_seconds")
        self.assertEqual(found, {(self.code,): 451})

    def test_phases_and_bytes_of_one_that_has_passed(self):
        self.receive_drill()
        self.assertEqual(self.read("recovery_drill_passed"), {(): 1})
        found = self.read("recovery_drill_phase_seconds")
        self.assertEqual(found.keys(), {("restore",), ("start",)})
        self.assertAlmostEqual(float(found["restore",]), 93.2)
        self.assertEqual(self.read("recovery_drill_restored_bytes"), {(): 41e9})

    def test_a_loss_that_is_unknown_is_not_small(self):
        self.receive_drill(heartbeats=None)
        found = self.read("recovery_point_achieved_seconds")
        self.assertEqual(found, {(self.code,): float("inf")})
