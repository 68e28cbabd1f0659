"""Scheduled actions: outcome, duration and delay of each run."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_cron

from ..instrumentation import cron
from ..instrumentation.recording import recorder
from ..instrumentation.registry import instrumentation_of
from .clocks import LIMIT
from .common import CommittedCase
from .recordings import events_in

IN_ODOO = "odoo.addons.base.models.ir_cron"


def utc_now():
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class CronCase(CommittedCase):
    def make(self, code="", late=timedelta(), **values):
        """Create a scheduled action, and return its id.

        :param late: how long it has been due
        """
        with self.committed() as env:
            model = env["ir.model"]._get("res.partner")
            action = {"name": "Probe", "state": "code", "model_id": model.id}
            nextcall = utc_now() - late
            values = {**action, "code": code, "nextcall": nextcall, **values}
            return env["ir.cron"].create(values).id

    def run_now(self, cron_id):
        """Run a scheduled action as a cron worker does; return what Odoo stored."""
        # Without this, an action with remaining work runs again for ten seconds.
        self.patch(ir_cron, "MIN_TIME_PER_JOB", 0)
        with self.cursor() as cr, mute_logger(IN_ODOO):
            registry = self.registry()
            job = registry["ir.cron"]._acquire_one_job(
                cr, cron_id, include_not_ready=True
            )
            registry["ir.cron"]._process_job(cr, job)
        with self.committed() as env:
            return env["ir.cron"].browse(cron_id).read(["failure_count", "active"])[0]

    def registry(self):
        with self.committed() as env:
            return env.registry

    def of_family(self, family):
        return [
            (series, event)
            for series, event in events_in(recorder().folder)
            if series.family == family
        ]

    def outcome(self):
        ((_series, event),) = self.of_family("cron")
        return event.outcome


@tagged("-at_install", "post_install")
class TestOutcomeOfScheduledActions(CronCase):
    def test_the_label_is_the_external_id_or_the_id(self):
        cron_id = self.make()
        with self.committed() as env:
            env["ir.model.data"].create(
                {
                    "module": "reliability",
                    "name": f"probe_{cron_id}",
                    "model": "ir.cron",
                    "res_id": cron_id,
                }
            )
        other_id = self.make()
        for each in (cron_id, other_id):
            self.run_now(each)
        names = [series.labels[0] for series, _event in self.of_family("cron")]
        self.assertEqual(names, [f"reliability.probe_{cron_id}", f"cron_{other_id}"])

    def test_done(self):
        self.run_now(self.make("x = 1"))
        ((series, event),) = self.of_family("cron")
        self.assertEqual((series.db, event.outcome), (get_db_name(), "success"))
        self.assertGreater(event.seconds, 0)
        self.assertGreater(event.queries, 0)

    def test_failed(self):
        stored = self.run_now(self.make("1 / 0"))
        self.assertEqual(self.outcome(), "failed")
        self.assertEqual(stored["failure_count"], 1)

    def test_rejected(self):
        self.run_now(self.make("raise UserError('no')"))
        self.assertEqual(self.outcome(), "rejected")

    def test_failed_after_a_part_was_done(self):
        self.run_now(
            self.make("env['ir.cron']._commit_progress(1, remaining=1); 1 / 0")
        )
        self.assertEqual(self.outcome(), "failed")

    def test_failed_without_a_run_after_three_killed_runs(self):
        cron_id = self.make("x = 1")
        with self.committed() as env:
            env["ir.cron.progress"].create(
                {"cron_id": cron_id, "timed_out_counter": 3, "done": 0, "remaining": 0}
            )
        self.run_now(cron_id)
        self.assertEqual(self.outcome(), "failed")

    def test_nothing_is_left_in_flight(self):
        for code in ("x = 1", "1 / 0"):
            self.run_now(self.make(code))
        self.assertFalse(self.in_flight())


@tagged("-at_install", "post_install")
class TestDelayOfScheduledActions(CronCase):
    def delays(self):
        return [event.seconds for _series, event in self.of_family("cron_delay")]

    def test_since_the_planned_time(self):
        self.run_now(self.make(late=timedelta(minutes=10)))
        self.assertAlmostEqual(self.delays()[0], 600, delta=LIMIT)

    def test_since_the_time_of_a_trigger(self):
        cron_id = self.make(late=timedelta(days=-1))
        with self.committed() as env:
            env["ir.cron.trigger"].create(
                {"cron_id": cron_id, "call_at": utc_now() - timedelta(minutes=5)}
            )
        self.run_now(cron_id)
        self.assertAlmostEqual(self.delays()[0], 300, delta=LIMIT)

    def test_by_the_clock_of_the_database(self):
        for ahead in (timedelta(hours=1), timedelta(hours=-1)):
            cron_id = self.make(late=timedelta(minutes=10))
            with freeze_time(utc_now() + ahead):
                self.run_now(cron_id)
        for delay in self.delays():
            self.assertAlmostEqual(delay, 600, delta=LIMIT)
        self.assertEqual(len(self.delays()), 2)

    def test_a_run_by_hand_has_no_delay(self):
        self.run_now(self.make(late=timedelta(days=-1)))
        self.assertEqual(self.delays(), [])
        self.assertEqual(self.outcome(), "success")


@tagged("-at_install", "post_install")
class TestMeasuredScheduledActionsBehaveAsBefore(CronCase):
    def test_without_a_connection_for_the_name(self):
        def no_connection(_registry):
            raise ConnectionError

        with patch.object(cron, "own_cursor", no_connection):
            stored = self.run_now(self.make("x = 1"))
        self.assertEqual(stored["failure_count"], 0)
        self.assertEqual(self.outcome(), "success")

    def test_while_the_kill_switch_is_off(self):
        self.addCleanup(self.switch_on)
        with patch.object(cron.kill_switch, "is_enabled", lambda: False):
            stored = self.run_now(self.make("1 / 0"))
        self.assertEqual(stored["failure_count"], 1)
        self.assertFalse(self.of_family("cron"))

    def switch_on(self):
        with self.committed() as env:
            instrumentation_of(env.registry).synchronize(env.cr)

    def test_the_error_is_raised(self):
        cron_id = self.make("1 / 0")
        with self.committed() as env, mute_logger(IN_ODOO):
            record = env["ir.cron"].browse(cron_id)
            action = record.ir_actions_server_id.id
            with self.assertRaisesRegex(ZeroDivisionError, "by zero"):
                record._callback("Probe", action)

    def test_the_scheduling_cursor_executes_no_more_queries(self):
        cron_id = self.make("x = 1")
        counts = []
        for begin in (cron.begin, lambda *_arguments: None) * 2:
            with (
                patch.object(cron, "begin", begin),
                self.cursor() as cr,
                mute_logger(IN_ODOO),
            ):
                cron_class = self.registry()["ir.cron"]
                job = cron_class._acquire_one_job(cr, cron_id, include_not_ready=True)
                before = cr.sql_log_count
                cron_class._process_job(cr, job)
                counts.append(cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])
