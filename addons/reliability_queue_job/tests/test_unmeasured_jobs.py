"""Jobs that are no work of the business."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.reliability.api import recorder
from odoo.addons.reliability.tests.common import RecordedCase
from odoo.addons.reliability.tests.internals import read_gauge
from odoo.addons.reliability.tests.recordings import events_in

from ..controllers.main import RunJobController
from ..unmeasured_jobs import UNMEASURED
from .common import JobCase
from .test_health_provider import CHANNEL, ProviderCase

HOUR_AGO = SQL("clock_timestamp() AT TIME ZONE 'UTC' - interval '1 hour'")


class UnmeasuredJobCase(JobCase):
    def delay_unmeasured(self, **options):
        """Return a new job that is not measured."""
        return self.delay(identity_key=f"{UNMEASURED}probe", **options)


@tagged("-at_install", "post_install")
class TestUnmeasuredJobs(UnmeasuredJobCase):
    """A job whose identity key begins so is in no number of the business."""

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
class TestOccupiedChannels(UnmeasuredJobCase, ProviderCase):
    """What occupies or blocks a channel counts, whatever it is."""

    def running(self):
        """Return the jobs that run in the channel, and those that are counted."""
        self.env.flush_all()
        labels = {"_queue_job_channel_running": (CHANNEL,)}
        labels["queue_job_jobs"] = (CHANNEL, "started")
        return tuple(
            dict(read_gauge(self.env.cr, gauge).samples)[values]
            for gauge, values in labels.items()
        )

    def test_one_that_runs_uses_the_capacity_of_its_channel(self):
        self.configure()
        before = self.running()
        self.begin(self.delay_unmeasured())
        self.assertEqual((before, self.running()), ((0, 0), (1, 0)))

    def test_the_channel_is_full_with_it(self):
        self.configure()
        self.begin(self.delay_unmeasured())
        wait = self.row(self.delay())._reliability_wait()
        self.assertEqual((wait["reason"], wait["channel"]), ("full", CHANNEL))

    def test_one_that_runs_far_too_long_is_a_problem(self):
        job = self.begin(self.delay_unmeasured())
        self.set(job, date_started=HOUR_AGO)
        self.assertFalse(self.alerts(), "an hour is not too long")
        self.set(job, date_started=SQL("%s - interval '1 min'", HOUR_AGO))
        alert = self.only_alert()
        self.assertEqual(alert.cause, "long")
        self.assert_opens(alert, job)

    def test_one_that_blocks_a_sequence_is_what_the_alert_opens(self):
        self.configure(sequential=True)
        job = self.begin(self.delay_unmeasured(description="Synthetic check"))
        self.end(job, ValueError("broken"))
        self.assertFalse(self.alerts(), "no job of the business waits for it")
        self.delay(waits=2)
        alert = self.only_alert()
        self.assertEqual((alert.cause, alert.count), ("blocked", 1))
        self.assertIn("Synthetic check has failed", self.text(alert))
        self.assertEqual(self.opened(alert), self.row(job))


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
