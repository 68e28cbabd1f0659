"""Scheduled actions: how they ended, how long they took, how late they began."""

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
        """Make a scheduled action that was due so long ago, and return its id."""
        with self.committed() as env:
            model = env["ir.model"]._get("res.partner")
            named = {"name": "Probe", "state": "code", "model_id": model.id}
            nextcall = utc_now() - late
            cron = env["ir.cron"].create(
                {**named, "code": code, "nextcall": nextcall, **values}
            )
            return cron.id

    def run_now(self, cron_id):
        """Run it as a cron worker does; return what Odoo did with it afterwards."""
        # What has more to do would be run again for ten seconds.
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
        found = events_in(recorder().folder)
        return [(of, event) for of, event in found if of.family == family]

    def outcome(self):
        ((_series, event),) = self.of_family("cron")
        return event.outcome


@tagged("-at_install", "post_install")
class TestHowAScheduledActionEnded(CronCase):
    def test_it_is_named_by_its_external_id_and_else_by_its_number(self):
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
        names = [of.labels[0] for of, _event in self.of_family("cron")]
        self.assertEqual(names, [f"reliability.probe_{cron_id}", f"cron_{other_id}"])

    def test_done(self):
        self.run_now(self.make("x = 1"))
        ((of, event),) = self.of_family("cron")
        self.assertEqual((of.db, event.outcome), (get_db_name(), "success"))
        self.assertGreater(event.seconds, 0)
        self.assertGreater(event.queries, 0)

    def test_failed(self):
        after = self.run_now(self.make("1 / 0"))
        self.assertEqual(self.outcome(), "failed")
        self.assertEqual(after["failure_count"], 1, "Odoo knows, too")

    def test_refused(self):
        self.run_now(self.make("raise UserError('no')"))
        self.assertEqual(self.outcome(), "rejected")

    def test_a_part_was_done_and_then_it_failed(self):
        self.run_now(
            self.make("env['ir.cron']._commit_progress(1, remaining=1); 1 / 0")
        )
        self.assertEqual(self.outcome(), "failed")

    def test_what_died_three_times_is_not_run_and_has_failed(self):
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
class TestHowLateAScheduledActionBegan(CronCase):
    def delays(self):
        return [event.seconds for _series, event in self.of_family("cron_delay")]

    def test_later_than_planned(self):
        self.run_now(self.make(late=timedelta(minutes=10)))
        self.assertAlmostEqual(self.delays()[0], 600, delta=LIMIT)

    def test_later_than_it_was_triggered(self):
        cron_id = self.make(late=timedelta(days=-1))
        with self.committed() as env:
            env["ir.cron.trigger"].create(
                {"cron_id": cron_id, "call_at": utc_now() - timedelta(minutes=5)}
            )
        self.run_now(cron_id)
        self.assertAlmostEqual(self.delays()[0], 300, delta=LIMIT)

    def test_by_the_clock_that_it_is_due_by(self):
        for ahead in (timedelta(hours=1), timedelta(hours=-1)):
            cron_id = self.make(late=timedelta(minutes=10))
            with freeze_time(utc_now() + ahead):
                self.run_now(cron_id)
        for delay in self.delays():
            self.assertAlmostEqual(delay, 600, delta=LIMIT)
        self.assertEqual(len(self.delays()), 2)

    def test_one_that_somebody_runs_by_hand_is_not_late(self):
        self.run_now(self.make(late=timedelta(days=-1)))
        self.assertEqual(self.delays(), [])
        self.assertEqual(self.outcome(), "success")


@tagged("-at_install", "post_install")
class TestAScheduledActionIsAsItWas(CronCase):
    def test_where_we_cannot_tell_its_name(self):
        def no_connection(_registry):
            raise ConnectionError

        with patch.object(cron, "own_cursor", no_connection):
            after = self.run_now(self.make("x = 1"))
        self.assertEqual(after["failure_count"], 0)
        self.assertEqual(self.outcome(), "success")

    def test_where_we_are_switched_off(self):
        self.addCleanup(self.switch_on)
        with patch.object(cron.kill_switch, "is_enabled", lambda: False):
            after = self.run_now(self.make("1 / 0"))
        self.assertEqual(after["failure_count"], 1)
        self.assertFalse(self.of_family("cron"))

    def switch_on(self):
        with self.committed() as env:
            instrumentation_of(env.registry).synchronize(env.cr)

    def test_its_error_and_what_it_returns(self):
        cron_id = self.make("1 / 0")
        with self.committed() as env, mute_logger(IN_ODOO):
            cron = env["ir.cron"].browse(cron_id)
            action = cron.ir_actions_server_id.id
            with self.assertRaisesRegex(ZeroDivisionError, "by zero"):
                cron._callback("Probe", action)

    def test_the_queries_on_the_cursor_that_schedules(self):
        cron_id = self.make("x = 1")
        counts = []
        for begin in (cron.begin, lambda *_of: None) * 2:
            with (
                patch.object(cron, "begin", begin),
                self.cursor() as cr,
                mute_logger(IN_ODOO),
            ):
                crons_of = self.registry()["ir.cron"]
                job = crons_of._acquire_one_job(cr, cron_id, include_not_ready=True)
                before = cr.sql_log_count
                crons_of._process_job(cr, job)
                counts.append(cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])
