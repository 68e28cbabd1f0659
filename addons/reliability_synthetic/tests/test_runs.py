"""What is stored of a run, for how long, and what is counted of it."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .. import families
from ..models import reliability_synthetic_run
from .journeys import NOON, JourneyCase, after, attempt, failed, passed, slow


@tagged("-at_install", "post_install")
class TestStored(JourneyCase):
    """A run has its attempts, their steps, and the one that failed."""

    def test_one_that_passed(self):
        run = self.ran(0, passed(seconds=1.5))
        self.assertEqual((run.state, run.seconds, run.attempts), ("passed", 1.5, 1))
        self.assertEqual(run.ended_at, NOON + timedelta(seconds=1.5))
        self.assertFalse(run.failed_step or run.failed_at or run.problem)
        self.assertEqual(run.place, "odoo")
        self.assertTrue(run.host)
        self.assertEqual(
            run.result_ids.mapped(lambda one: (one.attempt, one.step, one.result)),
            [
                (1, step, "passed")
                for step in ("quotation", "confirm", "reserve", "validate")
            ],
        )

    def test_the_final_attempt_decides(self):
        run = self.ran(0, failed(seconds=9), slow(seconds=3))
        self.assertEqual(
            (run.state, run.seconds, run.attempts, run.is_flaky), ("slow", 3, 2, True)
        )
        self.assertFalse(run.failed_step)
        self.assertEqual(run.result_ids.mapped("attempt"), [1] * 3 + [2] * 4)

    def test_the_first_step_that_failed_and_why(self):
        again = failed(when=after(1), error="UserError: no stock", values={"text": "x"})
        run = self.ran(0, failed(), again)
        self.assertEqual(
            (run.state, run.failed_step, run.cause), ("failed", "reserve", "refused")
        )
        self.assertEqual(run.failed_at, NOON + timedelta(seconds=2))
        self.assertEqual(run.failed_step_name, "Reserve")
        self.assertEqual(run.problem, "Odoo refuses it: x")
        (result,) = run.result_ids.filtered(
            lambda one: one.attempt == 2 and one.result == "failed"
        )
        self.assertEqual(result.problem, run.problem)

    def test_errors_are_masked(self):
        secret = "connect to postgresql://odoo:s3cr3tword@db/prod"
        run = self.ran(0, failed(error=secret))
        for record in (run, run.result_ids.filtered("error")):
            self.assertNotIn("s3cr3tword", record.error)

    def test_what_postgresql_cannot_hold_is_left_out(self):
        run = self.ran(0, failed(error="a\x00b", values={"text": "a\x00b"}))
        self.assertEqual(run.state, "failed")


@tagged("-at_install", "post_install")
class TestCounted(JourneyCase):
    """Each planned run is an event of its own family, and of no operation."""

    def setUp(self):
        super().setUp()
        self.journey.is_scheduled = True

    def events(self, *attempts):
        self.env.cr.postcommit.clear()
        with patch.object(families, "record") as record:
            self.ran(0, *attempts)
            self.assertFalse(record.called, "before it is committed")
            self.env.cr.postcommit.run()
        return [call.args for call in record.call_args_list]

    def test_labels_outcome_and_seconds_of_the_final_attempt(self):
        ((series, outcome, seconds),) = self.events(failed(), passed(seconds=1.5))
        self.assertEqual(series.family, "synthetic")
        self.assertEqual(series.labels, ("probed_order", "odoo"))
        self.assertEqual((outcome, seconds), ("success", 1.5))

    def test_one_that_failed(self):
        ((_series, outcome, _seconds),) = self.events(failed())
        self.assertEqual(outcome, "failed")

    def test_one_is_in_time_if_no_step_is_slow(self):
        ((series, _outcome, seconds),) = self.events(passed(seconds=50))
        self.assertLess(seconds, series.threshold)
        ((series, _outcome, seconds),) = self.events(slow(seconds=0.5))
        self.assertGreater(seconds, series.threshold)

    def test_none_of_a_journey_that_is_tried_out(self):
        self.journey.is_scheduled = False
        self.assertEqual(self.events(failed()), [])

    def test_none_of_one_that_is_tried_out_when_it_may_not_run(self):
        self.env["reliability.maintenance"].create(
            {"name": "Another disk", "start": after(-5), "end": after(5)}
        ).action_approve()
        self.assertEqual(self.events(failed()), [])

    def test_it_is_none_of_the_services_calls(self):
        self.assertFalse(families.SYNTHETIC.is_evaluated)
        self.assertFalse(families.SYNTHETIC.is_of_company)


@tagged("-at_install", "post_install")
class TestRetention(JourneyCase):
    def test_steps_are_stored_for_two_weeks_and_runs_for_90_days(self):
        day = -24 * 60
        recent = self.ran(13 * day, failed(when=after(13 * day)))
        older = self.ran(15 * day, failed(when=after(15 * day)))
        self.ran(91 * day, attempt("passed", when=after(91 * day)))
        self.env["reliability.synthetic.result"]._gc_results()
        self.runs._gc_runs()
        left = self.runs.search([("journey_id", "=", self.journey.id)])
        self.assertEqual(left, recent + older)
        self.assertTrue(recent.result_ids)
        self.assertFalse(older.result_ids)
        self.assertEqual(older.failed_step, "reserve", "the run itself says it")

    def test_a_run_goes_with_its_journey(self):
        run = self.ran(0, passed())
        self.journey.unlink()
        self.assertFalse(run.exists())


@tagged("-at_install", "post_install")
class TestNames(JourneyCase):
    def test_a_run_is_named_after_its_journey(self):
        self.assertEqual(self.ran(0, passed()).display_name, "Order to shipment")

    def test_its_journey_has_a_name_in_reports(self):
        names = self.env["reliability.display.names"]
        self.assertEqual(names._display_name_of("probed_order"), "Order to shipment")
        self.assertEqual(names._display_name_of("no_journey"), "no_journey")

    def test_the_steps_are_stored_as_long_as_the_form_says(self):
        with freeze_time(NOON):
            view = self.env.ref(
                "reliability_synthetic.reliability_synthetic_run_view_form"
            )
        self.assertIn(f"{reliability_synthetic_run.RUN_DAYS} days", view.arch)
