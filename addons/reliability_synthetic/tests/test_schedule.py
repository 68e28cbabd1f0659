"""When journeys run: on their schedule, one at a time, each by itself."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..rehearsal import AlreadyRunning
from ..run_result import RunResult
from .journeys import NOON, JourneyCase, after, failed, passed

LOGGER = "odoo.addons.reliability_synthetic.models.reliability_synthetic_schedule"


class ScheduledCase(JourneyCase):
    def setUp(self):
        super().setUp()
        self.journey.is_scheduled = True

    def moments(self, *minutes):
        """Let the scheduled action run at minutes after noon; return those of runs."""
        self.rehearsals(*[passed()] * len(minutes))
        return [minute for minute in minutes if self.pass_at(minute)]


@tagged("-at_install", "post_install")
class TestDue(ScheduledCase):
    """A journey that is switched on runs now, and then on its interval."""

    def test_on_the_raster_of_its_interval(self):
        self.assertEqual(self.moments(0, 1, 4, 5, 6, 10), [0, 5, 10])

    def test_a_late_pass_does_not_shift_the_following_ones(self):
        self.assertEqual(self.moments(0, 7, 9, 10), [0, 7, 10])

    def test_missed_runs_are_not_caught_up(self):
        self.assertEqual(self.moments(0, 63, 64, 65), [0, 63, 65])

    def test_not_before_it_is_switched_on(self):
        self.journey.is_scheduled = False
        self.assertEqual(self.moments(0, 5), [])

    def test_not_if_it_is_archived(self):
        self.journey.active = False
        self.assertEqual(self.moments(0, 5), [])

    def test_not_if_a_probe_elsewhere_runs_it(self):
        self.journey.step_ids.unlink()
        self.journey.flush_recordset()
        self.env.cr.execute(
            "UPDATE reliability_synthetic_journey SET way = 'http' WHERE id = %s",
            [self.journey.id],
        )
        self.journey.invalidate_recordset()
        self.assertEqual(self.moments(0, 5), [])

    def test_another_interval_begins_now(self):
        self.assertEqual(self.moments(0), [0])
        with freeze_time(after(2)):
            self.journey.interval_minutes = 10
        self.assertEqual(self.moments(2, 7, 12), [2, 12])

    def test_in_a_neutralized_copy_nothing_runs(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertEqual(self.moments(0, 5), [])
        with self.assertRaisesRegex(UserError, "neutralized copy"):
            self.journey.action_run_now()


@tagged("-at_install", "post_install")
class TestTimesWithoutRuns(ScheduledCase):
    """It runs in its working hours, and in no approved maintenance window."""

    def work(self, hour_from, hour_to):
        self.journey.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "First shift",
                "tz": "UTC",
                "attendance_ids": [
                    (5, 0, 0),
                    (
                        0,
                        0,
                        {
                            "name": "Monday",
                            "dayofweek": "0",
                            "hour_from": hour_from,
                            "hour_to": hour_to,
                        },
                    ),
                ],
            }
        )

    def maintain(self, services="synthetic_checks", is_approved=True):
        services = self.env["reliability.service"].search([("code", "=", services)])
        window = self.env["reliability.maintenance"].create(
            {
                "name": "Another disk",
                "start": after(3),
                "end": after(12),
                "service_ids": services.ids,
            }
        )
        if is_approved:
            window.action_approve()

    def test_in_working_hours_only(self):
        self.work(12.15, 13)  # from 12:09
        self.assertEqual(self.moments(0, 5, 9, 10, 59, 60, 65), [10, 59])

    def test_not_in_a_maintenance_window_of_its_service(self):
        self.maintain()
        self.assertEqual(self.moments(0, 5, 10, 12, 15), [0, 15])

    def test_nor_in_one_of_all_services(self):
        self.maintain(services="")
        self.assertEqual(self.moments(0, 5, 10, 15), [0, 15])

    def test_one_of_another_service_does_not_matter(self):
        self.maintain(services="platform")
        self.assertEqual(self.moments(0, 5, 10, 15), [0, 5, 10, 15])

    def test_nor_one_that_nobody_has_approved(self):
        self.maintain(is_approved=False)
        self.assertEqual(self.moments(0, 5, 10, 15), [0, 5, 10, 15])


@tagged("-at_install", "post_install")
class TestAttempts(ScheduledCase):
    """The final attempt decides."""

    def test_one_that_passes_is_the_last(self):
        called = self.rehearsals(passed())
        run = self.pass_at(0)
        self.assertEqual((run.state, run.attempts, run.is_flaky), ("passed", 1, False))
        self.assertEqual(called.call_count, 1)

    def test_a_failure_is_tried_again_and_is_flaky(self):
        run = self.pass_at(0, failed(), passed())
        self.assertEqual((run.state, run.attempts, run.is_flaky), ("passed", 2, True))

    def test_it_has_failed_if_the_last_one_has(self):
        run = self.pass_at(0, failed(), failed())
        self.assertEqual((run.state, run.attempts, run.is_flaky), ("failed", 2, False))

    def test_none_begins_after_the_limit(self):
        def hang(_journey):
            self.enterContext(freeze_time(after(2)))
            return failed()

        self.rehearsals(hang, passed())
        run = self.pass_at(0)
        self.assertEqual((run.state, run.attempts), ("failed", 1))


@tagged("-at_install", "post_install")
class TestOneAtATime(ScheduledCase):
    """A journey runs once at a time, over all hosts."""

    def test_the_run_is_stored_before_it_begins(self):
        seen = []

        def rehearse(_journey):
            seen.append((self.runs.search([]).mapped("state"), self.commits > 0))
            return passed()

        self.pass_at(0, rehearse)
        self.assertEqual(seen, [(["running"], True)])

    def test_meanwhile_no_transaction_is_open(self):
        queries = []

        def rehearse(_journey):
            queries.append(self.env.cr.sql_log_count - self.queries)
            return failed()

        self.pass_at(0, rehearse, rehearse)
        self.assertEqual(queries, [0, 0])

    def test_one_that_another_process_runs_leaves_no_run(self):
        self.assertFalse(self.pass_at(0, AlreadyRunning))
        self.assertEqual(len(self.pass_at(1, passed())), 1, "it is still due")

    def test_nor_does_one_that_a_person_starts(self):
        self.rehearsals(AlreadyRunning)
        with self.assertRaisesRegex(UserError, "is running already"):
            self.journey.action_run_now()
        self.assertEqual(self.committed, [], "what an error rolls back")

    def test_one_that_has_begun_after_this_transaction_is_not_run_again(self):
        self.runs._begin(self.journey)
        with patch.object(type(self.runs), "_running_runs", lambda runs, *_: runs):
            self.assertFalse(self.pass_at(0))
            with self.assertRaisesRegex(UserError, "is running already"):
                self.journey.action_run_now()
        self.assertLessEqual(self.journey.next_run_at, NOON, "it is still due")

    def test_one_that_has_not_ended_is_not_run_again(self):
        self.runs._begin(self.journey)
        self.assertFalse(self.pass_at(0))
        with self.assertRaisesRegex(UserError, "is running already"):
            self.journey.action_run_now()

    def test_a_run_whose_worker_died_is_ended(self):
        self.journey.max_attempts = 5
        run = self.runs._begin(self.journey)
        longest = 2 * self.journey.limit_seconds // 60  # none begins after the limit
        self.pass_at(longest + 1)
        self.assertEqual(run.state, "running")
        self.rehearsals(passed())
        new = self.pass_at(longest + 2)
        self.assertEqual((run.state, run.cause), ("failed", "died"))
        self.assertEqual(run.failed_at, NOON)
        self.assertIn("ended before it", run.problem)
        self.assertEqual(new.state, "passed", "the journey goes on")

    def test_what_a_worker_ends_that_counted_as_dead_is_not_stored(self):
        def stall(journey):
            """Count as dead, by another process, before the result is there."""
            run = self.runs._running_runs(journey)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE reliability_synthetic_run SET state = 'failed', cause = 'died'"
                " WHERE id = %s",
                [run.id],
            )
            return passed()

        self.env.cr.postcommit.clear()
        run = self.pass_at(0, stall)
        self.assertEqual((run.state, run.cause), ("failed", "died"))
        self.assertFalse(run.result_ids)
        self.assertFalse(run.attempts)

    def test_nor_is_one_that_has_ended_counted_as_dead(self):
        run = self.runs._begin(self.journey)
        run._store(RunResult((passed(),)))
        run._follow(after(60))
        self.assertEqual(run.state, "passed")


@tagged("-at_install", "post_install")
class TestIndependent(ScheduledCase):
    """No journey stops the others."""

    def setUp(self):
        super().setUp()
        self.other = self.make_journey(code="other_order", is_scheduled=True)
        self.rollbacks = 0

    def states(self, runs):
        return {run.journey_id.code: run.state for run in runs}

    def test_one_that_fails(self):
        runs = self.pass_at(0, failed(), failed(), passed())
        self.assertEqual(
            self.states(runs), {"probed_order": "failed", "other_order": "passed"}
        )

    def test_one_that_cannot_run_says_why(self):
        with self.assertLogs(LOGGER, "ERROR"):
            runs = self.pass_at(0, ZeroDivisionError, passed())
        self.assertEqual(
            self.states(runs), {"probed_order": "failed", "other_order": "passed"}
        )
        (broken,) = runs.filtered(lambda run: run.state == "failed")
        self.assertIn("ZeroDivisionError", broken.problem)

    def test_one_that_disappears_while_it_runs(self):
        def delete(journey):
            journey.unlink()
            return passed()

        runs = self.pass_at(0, delete, passed())
        self.assertEqual(self.states(runs), {"other_order": "passed"})

    def test_one_that_disappears_before_its_turn(self):
        def delete_other(_journey):
            self.other.unlink()
            return passed()

        runs = self.pass_at(0, delete_other)
        self.assertEqual(self.states(runs), {"probed_order": "passed"})

    def test_one_that_cannot_be_stored(self):
        def rollback():
            self.rollbacks += 1

        self.patch(self.env.cr, "rollback", rollback)
        store = type(self.runs)._store

        def refuse(run, result):
            if run.journey_id == self.journey:
                raise ValueError("refused")
            store(run, result)

        self.patch(type(self.runs), "_store", refuse)
        with self.assertLogs(LOGGER, "ERROR"):
            runs = self.pass_at(0, passed(), passed())
        self.assertEqual(self.rollbacks, 1)
        self.assertEqual(self.states(runs)["other_order"], "passed")

    def test_the_rest_waits_for_the_next_pass_when_time_is_up(self):
        crons = type(self.env["ir.cron"])
        self.patch(crons, "_commit_progress", lambda *_args, **_kwargs: 0)
        self.assertEqual(len(self.pass_at(0, passed())), 1)
        self.assertEqual(len(self.pass_at(1, passed())), 1)


@tagged("-at_install", "post_install")
class TestRunNow(JourneyCase):
    """People run a journey at once, also one that is switched off."""

    def test_it_opens_the_run(self):
        self.rehearsals(passed())
        action = self.journey.action_run_now()
        run = self.runs.browse(action["res_id"])
        self.assertEqual((action["res_model"], run.state), (run._name, "passed"))
        self.assertEqual(run.journey_id, self.journey)

    def test_the_run_has_ended_if_the_request_is_executed_again(self):
        self.rehearsals(passed())
        self.journey.action_run_now()
        self.assertEqual(self.committed, ["passed"])

    def test_it_does_not_change_the_schedule(self):
        self.journey.is_scheduled = True
        planned = self.journey.next_run_at
        with freeze_time(NOON + timedelta(minutes=2)):
            self.rehearsals(passed())
            self.journey.action_run_now()
        self.assertEqual(self.journey.next_run_at, planned)
