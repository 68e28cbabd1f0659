"""Objectives and error budgets can be set on what recovery achieves and exposes."""

from odoo.tests import tagged

from odoo.addons.reliability_recovery.models.reliability_gauge import GAUGES
from odoo.addons.reliability_recovery.tests.common import drill_evidence
from odoo.addons.reliability_slo.tests.test_counting import MINUTE, NOON, ObjectiveCase

HOUR = 3600  # seconds


@tagged("-at_install", "post_install")
class TestObjectivesOfRecovery(ObjectiveCase):
    """A number that holds: its minutes count."""

    def make_objective_of(self, gauge, bound):
        return self.make_objective(
            code=gauge, measure="gauge", gauge=gauge, bound=bound, split="none"
        )

    def test_all_numbers_of_recovery_can_be_chosen(self):
        self.assertLessEqual(set(GAUGES), set(self.slo._gauges()))

    def test_what_no_drill_has_achieved_is_missed(self):
        self.env["reliability.drill"].search([]).unlink()
        self.service.rto_minutes = 60
        slo = self.make_objective_of("recovery_time_achieved_seconds", HOUR)
        self.evaluate(NOON)
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (0, 1))

        uuid = self.env["ir.config_parameter"].get_param("database.uuid")
        self.env["reliability.inbound"]._receive_drill(drill_evidence(uuid))
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(slo), (1, 2))

    def test_what_would_be_lost_now(self):
        moments = {"first_reported": NOON, "reported": NOON}
        sets = self.env["reliability.backup.set"]
        sets.search([]).unlink()
        created = sets.create({"name": "dump", "contents": "database", **moments})
        slo = self.make_objective_of("backup_newest_point_age_seconds", HOUR)
        self.evaluate(NOON)
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (0, 1))

        created.newest_point = self.env.cr.now()
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(slo), (1, 2))
