"""Why a job waits: what is known for sure, by the order of the runner."""

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.queue_job.jobrunner.channels import ChannelManager

from ..models import queue_job_wait
from ..models.reliability_job_channel import configured_channels
from .common import JobCase

HOUR_AGO = SQL("now() AT TIME ZONE 'UTC' - interval '1 hour'")


class WaitCase(JobCase):
    """Jobs that wait, and a runner that is at work."""

    def setUp(self):
        super().setUp()
        self.env["queue.job"].search([("state", "=", "pending")]).unlink()
        self.env.cr.execute("DELETE FROM reliability_job_channel")
        self.runner(is_alive=True)

    def runner(self, is_alive, is_loaded=False):
        provider = self.env.registry["reliability.health.provider"]
        self.patch(provider, "_job_runner_alive", lambda _self: is_alive)
        modules = ["base", "web", *(["queue_job"] if is_loaded else [])]
        self.patch(queue_job_wait, "config", {"server_wide_modules": modules})

    def configure(self, name="root", **values):
        values = {"capacity": 2, "is_sequential": False, "is_paused": False} | values
        self.env.cr.execute(
            "INSERT INTO reliability_job_channel"
            " (name, capacity, is_sequential, is_paused) VALUES (%s, %s, %s, %s)",
            [name, *values.values()],
        )

    def wait(self, job):
        return self.row(job)._reliability_wait()


@tagged("-at_install", "post_install")
class TestWait(WaitCase):
    """Why a job has not ended: only what is known for sure."""

    def test_no_runner_is_at_work(self):
        for is_loaded, reason in ((False, "not_loaded"), (True, "no_runner")):
            self.runner(is_alive=False, is_loaded=is_loaded)
            self.assertEqual(self.wait(self.delay()), {"reason": reason})

    def test_a_runner_that_died_after_it_handed_out_the_job(self):
        job = self.delay()
        self.set(job, state="enqueued")
        self.assertEqual(self.wait(job), {"reason": "enqueued"})
        self.runner(is_alive=False)
        self.assertEqual(self.wait(job), {"reason": "not_loaded"})

    def test_the_channel_is_paused(self):
        self.configure(is_paused=True, capacity=1)
        self.assertEqual(
            self.wait(self.delay(channel="root.edi")),
            {"reason": "paused", "channel": "root", "capacity": 1},
        )

    def test_a_failed_job_blocks_the_channel(self):
        self.configure(is_sequential=True, capacity=1)
        self.end(self.begin(self.delay()), ValueError("broken"))
        self.assertEqual(self.wait(self.delay())["reason"], "blocked")

    def test_the_channel_is_full(self):
        self.configure(capacity=1)
        self.begin(self.delay())
        self.assertEqual(
            self.wait(self.delay()),
            {"reason": "full", "channel": "root", "capacity": 1},
        )

    def test_a_channel_without_a_limit_is_never_full(self):
        self.configure(capacity=0)
        self.begin(self.delay())
        self.assertEqual(self.wait(self.delay()), {"reason": "pending"})

    def test_it_runs(self):
        self.assertEqual(self.wait(self.begin(self.delay())), {"reason": "started"})

    def test_it_has_failed(self):
        job = self.delay()
        self.set(job, state="failed", exc_name="ValueError", exc_message="password=x1")
        wait = self.wait(job)
        self.assertEqual(wait["reason"], "failed")
        self.assertIn("ValueError", wait["error"])
        self.assertNotIn("x1", wait["error"])


@tagged("-at_install", "post_install")
class TestJobsThatComeFirst(WaitCase):
    """They are those that the runner of queue_job starts first."""

    def configure_all(self, text):
        """Configure channels: those of the runner, and those that are stored."""
        self.manager = ChannelManager()
        self.manager.simple_configure(text)
        self.env.cr.execute_values(
            "INSERT INTO reliability_job_channel"
            " (name, capacity, is_sequential, is_paused) VALUES %s",
            configured_channels(text),
        )

    def started_before(self, job):
        """Return how many jobs the runner starts before one, each after the other."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT channel, uuid, id, date_created, priority,"
            " extract(epoch FROM eta), state FROM queue_job WHERE state = 'pending'"
        )
        for row in self.env.cr.fetchall():
            self.manager.notify(self.env.cr.dbname, *row)
        now, started = self.env.cr.now().timestamp(), []
        while job.uuid not in started:
            for one in self.manager.get_jobs_to_run(now):
                started.append(one.uuid)
                one.channel.set_done(one)
            now = self.manager.get_wakeup_time() or now
        return started.index(job.uuid)

    def assert_behind(self, job, before):
        behind = {"reason": "behind", "before": before}
        self.assertEqual(self.wait(job), behind if before else {"reason": "pending"})
        self.assertEqual(self.started_before(job), before)

    def test_by_priority_and_then_by_age(self):
        self.configure_all("root:1")
        self.delay(priority=5)
        older = self.delay()
        self.delay(priority=20)
        job = self.delay()
        self.delay()
        oldest = self.delay()
        for one, age in ((oldest, "2 h"), (older, "1 h")):
            self.set(one, date_created=SQL("date_created - %s::interval", age))
        self.assert_behind(job, before=3)

    def test_jobs_that_are_planned_for_later_do_not(self):
        self.configure_all("root:1")
        self.delay(priority=5, eta=3600)
        due = self.delay(priority=5, eta=3600)
        self.set(due, eta=HOUR_AGO)
        self.assert_behind(self.delay(), before=1)

    def test_jobs_of_the_channels_above_do(self):
        self.configure_all("root:1,root.edi:1")
        self.delay(channel="root")
        self.delay(channel="root.sale")  # without a capacity of its own
        self.assert_behind(self.delay(channel="root.edi"), before=2)

    def test_jobs_of_other_channels_do_if_their_capacity_allows(self):
        self.configure_all("root:2,root.edi:1,root.shop:1:paused")
        for channel in ("root.edi", "root.shop", "root.shop.prices"):
            self.delay(channel=channel)
        self.assertEqual(self.wait(self.delay(channel="root")), {"reason": "pending"})

    def test_a_sequence_waits_for_a_job_that_is_planned_for_later(self):
        self.configure_all("root:1,root.edi:1:sequential")
        self.delay(channel="root.edi", eta=3600)
        self.delay(channel="root.edi", eta=7200)
        self.assert_behind(self.delay(channel="root.edi"), before=2)

    def test_a_sequence_waits_for_no_job_with_a_later_turn(self):
        self.configure_all("root:1,root.edi:1:sequential")
        self.delay(channel="root.edi", eta=3600, priority=20)
        self.delay(channel="root.edi", eta=7200)
        self.delay(channel="root.edi.below", eta=3600)
        self.assert_behind(self.delay(channel="root.edi"), before=0)
