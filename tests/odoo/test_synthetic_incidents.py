"""A journey that fails opens an incident, which began with its first failing step."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability_synthetic.tests.journeys import (
    JourneyCase,
    after,
    failed,
    passed,
)


@tagged("-at_install", "post_install")
class TestSyntheticIncidents(JourneyCase):
    def setUp(self):
        super().setUp()
        self.journey.is_scheduled = True
        self.journey.next_run_at = after(60)
        self.incidents = self.env["reliability.incident"]
        self.incidents.search([]).unlink()

    def evaluate(self, minutes):
        """Evaluate the alerts of journeys only; return the incidents."""
        evaluators = self.env["reliability.evaluator"]
        found = type(evaluators)._contributed

        def of_journeys(model, now):
            alerts = found(model, now)
            return [alert for alert in alerts if alert.provider == "synthetic"]

        contributed = patch.object(type(evaluators), "_contributed", of_journeys)
        with contributed, freeze_time(after(minutes)):
            evaluators._run(after(minutes))
        return self.incidents.search(
            [("service_id.code", "=", "synthetic_checks")], order="id"
        )

    def test_it_begins_with_the_first_failing_step(self):
        self.ran(-5, passed(when=after(-5)))
        self.ran(0, failed(), failed(when=after(1), values={"text": "No stock"}))
        incident = self.evaluate(2)
        self.assertEqual(len(incident), 1)
        self.assertEqual(incident.began_at, after(0) + timedelta(seconds=2))
        self.assertEqual(incident.company_id, self.journey.company_id)

    def test_it_does_not_begin_before_the_journey_was_switched_on(self):
        self.ran(-10, failed(when=after(-10)))
        self.ran(0, failed(values={"text": "No stock"}))
        incident = self.evaluate(2)
        self.assertEqual(incident.began_at, after(0) + timedelta(seconds=2))

    def test_it_is_restored_when_a_run_passes(self):
        self.ran(0, failed())
        self.assertEqual(self.evaluate(1).state, "open")
        self.ran(5, passed(when=after(5)))
        self.assertEqual(self.evaluate(6).state, "restored")

    def test_failing_runs_are_one_incident(self):
        for minute in (0, 5, 10):
            self.ran(minute, failed(when=after(minute)))
            incident = self.evaluate(minute + 1)
        self.assertEqual(len(incident), 1)

    def test_a_flaky_run_opens_none(self):
        self.ran(0, failed(), passed())
        self.assertFalse(self.evaluate(1))
