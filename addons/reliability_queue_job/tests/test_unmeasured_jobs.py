"""Jobs that are no work of the business, and why jobs wait."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.reliability.api import recorder
from odoo.addons.reliability.tests.common import RecordedCase
from odoo.addons.reliability.tests.internals import read_gauge
from odoo.addons.reliability.tests.recordings import events_in

from ..controllers.main import RunJobController
from ..models import queue_job_wait
from ..unmeasured_jobs import UNMEASURED
from .common import JobCase

HOUR_AGO = SQL("clock_timestamp() AT TIME ZONE 'UTC' - interval '1 hour'")


class UnmeasuredJobCase(JobCase):
    def delay_unmeasured(self, **options):
        """Return a new job that is not measured."""
        return self.delay(identity_key=f"{UNMEASURED}probe", **options)


@tagged("-at_install", "post_install")
class TestUnmeasuredJobs(UnmeasuredJobCase):
    """A job whose identity key begins so is counted nowhere, however it ends."""

    def counts(self):
        """Return what the gauges count, and the number of recorded attempts."""
        self.env.flush_all()
        gauges = {
            name: read_gauge(self.env.cr, name).samples
            for name in ("queue_job_jobs", "queue_job_eligible")
        }
        return gauges, self.env["reliability.job.attempt"].search_count([])

    def problems(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT id FROM reliability_job_problem")
        return {job for (job,) in self.env.cr.fetchall()}

    def alerts(self):
        return list(self.env["reliability.health.provider"]._job_alerts())

    def test_one_that_waits(self):
        before, alerts = self.counts(), self.alerts()
        job = self.delay_unmeasured()
        self.set(job, reliability_since=HOUR_AGO)
        self.assertEqual(self.counts(), before)
        self.assertEqual(self.alerts(), alerts)

    def test_one_that_is_done(self):
        before = self.counts()
        job = self.begin(self.delay_unmeasured())
        self.assertEqual(self.counts(), before)
        self.end(job)
        self.assertEqual(self.counts(), before)

    def test_one_that_fails(self):
        before, alerts = self.counts(), self.alerts()
        job = self.begin(self.delay_unmeasured())
        self.end(job, ValueError("broken"))
        self.assertEqual(self.counts(), before)
        self.assertNotIn(self.row(job).id, self.problems())
        self.assertEqual(self.alerts(), alerts)

    def test_one_that_is_retried_again_and_again(self):
        job = self.delay_unmeasured()
        self.set(job, reliability_attempts=100)
        self.assertNotIn(self.row(job).id, self.problems())

    def test_one_that_runs_far_too_long(self):
        job = self.begin(self.delay_unmeasured())
        self.set(job, reliability_started=HOUR_AGO, date_started=HOUR_AGO)
        self.set(
            job,
            reliability_started=SQL("%s - interval '1 day'", HOUR_AGO),
        )
        self.assertNotIn(self.row(job).id, self.problems())

    def test_links_to_waiting_jobs_do_not_open_it(self):
        job = self.row(self.delay_unmeasured())
        domain = self.env["reliability.health.provider"]._eligible_jobs()
        self.assertNotIn(job, self.env["queue.job"].search(domain))

    def test_other_jobs_with_an_identity_are_counted(self):
        job = self.begin(self.delay(identity_key="partner-1"))
        self.end(job)
        self.assertEqual(self.attempts(job).outcome, "success")
        waiting = self.row(self.delay(identity_key="partner-2"))
        domain = self.env["reliability.health.provider"]._eligible_jobs()
        self.assertIn(waiting, self.env["queue.job"].search(domain))


@tagged("-at_install", "post_install")
class TestEvents(RecordedCase, UnmeasuredJobCase):
    """A worker that runs such a job records no event of it."""

    def families(self, job):
        """Run a job as a worker does, and return the families of recorded events."""
        job = self.begin(job)
        with patch.object(job, "perform"), patch.object(self.env.cr, "commit"):
            RunJobController._runjob(job.env, job)
        events = events_in(recorder().folder)
        return {series.family for series, _event in events if "job" in series.family}

    def test_no_event(self):
        self.assertEqual(self.families(self.delay_unmeasured()), set())

    def test_another_job_has_events(self):
        self.assertEqual(self.families(self.delay()), {"queue_job", "queue_job_delay"})


@tagged("-at_install", "post_install")
class TestWait(JobCase):
    """Why a job has not ended: only what is known for sure."""

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

    def test_jobs_come_first(self):
        self.configure()
        self.delay(priority=5)
        self.delay()
        job = self.delay()
        self.delay()
        self.delay(priority=20)
        self.assertEqual(self.wait(job), {"reason": "behind", "before": 2})

    def test_it_runs(self):
        self.assertEqual(self.wait(self.begin(self.delay())), {"reason": "started"})

    def test_it_has_failed(self):
        job = self.delay()
        self.set(job, state="failed", exc_name="ValueError", exc_message="password=x1")
        wait = self.wait(job)
        self.assertEqual(wait["reason"], "failed")
        self.assertIn("ValueError", wait["error"])
        self.assertNotIn("x1", wait["error"])
