"""Each root cause for which jobs wait is an alert, and nothing else is."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.queue_job.exception import FailedJobError, RetryableJobError
from odoo.addons.reliability.api import formatting

from .common import JobCase

CHANNEL = "root.probe"


def ago(minutes):
    """Return SQL for a moment some minutes and ten seconds ago."""
    since = "clock_timestamp() AT TIME ZONE 'UTC' - %s * interval '1 s'"
    return SQL(since, 60 * minutes + 10)


class ProviderCase(JobCase):
    def setUp(self):
        super().setUp()
        self.provider = self.env["reliability.health.provider"]
        # Other tests leave jobs behind.
        self.env.cr.execute("DELETE FROM queue_job")
        self.env.cr.execute("DELETE FROM reliability_job_attempt")
        alive = patch.object(
            type(self.provider), "_job_runner_alive", lambda _self: True
        )
        alive.start()
        self.addCleanup(alive.stop)

    def delay(self, waits=0, **options):
        job = super().delay(**{"channel": CHANNEL, **options})
        self.set(job, reliability_since=ago(waits))
        return job

    def configure(self, sequential=False, paused=False):
        self.env.cr.execute(
            "INSERT INTO reliability_job_channel"
            " (name, capacity, is_sequential, is_paused) VALUES (%s, 1, %s, %s)",
            [CHANNEL, sequential, paused],
        )

    def failed(self, error, **options):
        job = self.begin(self.delay(**options))
        self.end(job, error)
        return job

    def alerts(self):
        """Return the alerts about jobs of all companies."""
        self.env.flush_all()
        return list(self.provider.sudo()._job_alerts())

    def only_alert(self):
        """Return the only alert."""
        (alert,) = self.alerts()
        return alert

    def text(self, alert):
        """Return the sentence of an alert."""
        return self.provider._describe_alert(alert).text

    def opened(self, alert):
        """Return the jobs that an alert opens."""
        action = self.provider._describe_alert(alert).action
        return self.env["queue.job"].search(action["domain"])

    def assert_opens(self, alert, *jobs):
        """Check that an alert counts and opens exactly these jobs."""
        self.assertEqual(alert.count, len(jobs))
        opened = set(self.opened(alert).mapped("uuid"))
        self.assertEqual(opened, {job.uuid for job in jobs})


@tagged("-at_install", "post_install")
class TestNoJobStarts(ProviderCase):
    def test_nothing_waits(self):
        self.assertFalse(self.alerts())

    def test_a_new_job_is_no_problem(self):
        self.delay()
        with self.without_runner():
            self.assertFalse(self.alerts())

    def test_a_clock_of_this_host_that_is_ahead_makes_no_job_late(self):
        self.delay()
        two_hours_ahead = freeze_time(self.env.cr.now() + timedelta(hours=2))
        with self.without_runner(), two_hours_ahead:
            self.assertFalse(self.alerts())

    def without_runner(self):
        return patch.object(
            type(self.provider), "_job_runner_alive", lambda _self: False
        )

    def test_the_runner_is_dead(self):
        jobs = [self.delay(waits=20), self.delay(waits=3)]
        with self.without_runner():
            alert = self.only_alert()
        self.assertEqual((alert.cause, alert.severity), ("runner", "interrupted"))
        since = formatting.moment(self.env, alert.since)
        self.assertIn(f"2 jobs wait, the first since {since}", self.text(alert))
        self.assert_opens(alert, *jobs)

    def test_the_runner_is_dead_and_jobs_of_a_paused_channel_wait_too(self):
        self.configure(paused=True)
        jobs = [self.delay(waits=20), self.delay(waits=20, channel="root.other")]
        with self.without_runner():
            self.assert_opens(self.only_alert(), *jobs)

    def test_a_job_of_a_sequence_has_failed(self):
        self.configure(sequential=True)
        job = self.failed(ValueError("broken"), description="Send the prices")
        self.delay(waits=2)
        alert = self.only_alert()
        self.assertEqual((alert.cause, alert.subject), ("blocked", CHANNEL))
        since = formatting.moment(self.env, alert.since)
        self.assertIn(f"waiting in the channel probe since {since}", self.text(alert))
        self.assertIn("Send the prices has failed (broken)", self.text(alert))
        self.assertEqual(self.opened(alert), self.row(job), "the failed one")

    def test_a_job_of_a_sequence_failed_long_ago(self):
        self.configure(sequential=True)
        job = self.failed(ValueError("broken"))
        self.set(job, reliability_started=ago(60 * 24 * 8))
        self.assertFalse(self.alerts(), "no job waits for it")
        self.delay(waits=2)
        self.assertEqual(self.opened(self.only_alert()), self.row(job))

    def test_a_job_of_another_company_in_the_sequence_is_not_named(self):
        self.configure(sequential=True)
        job = self.failed(ValueError("broken"), description="Send the prices")
        self.set(job, company_id=self.env["res.company"].create({"name": "Other"}).id)
        self.delay(waits=2)
        text = self.text(self.only_alert())
        self.assertIn("a job of another company has failed", text)
        self.assertNotIn("Send the prices", text)

    def test_a_job_of_a_sequence_has_failed_and_none_waits(self):
        self.configure(sequential=True)
        self.failed(ValueError("broken"))
        self.assertEqual(self.only_alert().cause, "failed")

    def test_it_blocks_child_channels(self):
        self.configure(sequential=True)
        self.failed(ValueError("broken"))
        self.delay(waits=2, channel=f"{CHANNEL}.below")
        alert = self.only_alert()
        self.assertEqual((alert.cause, alert.subject), ("blocked", CHANNEL))

    def test_a_channel_is_paused(self):
        self.configure(paused=True)
        jobs = [self.delay(waits=2), self.delay(waits=2, channel=f"{CHANNEL}.below")]
        self.delay(channel=f"{CHANNEL}s")  # another channel
        alert = self.only_alert()
        self.assertEqual((alert.cause, alert.subject), ("paused", CHANNEL))
        self.assert_opens(alert, *jobs)

    def test_no_worker_starts_jobs(self):
        job = self.delay(waits=20)
        alert = self.only_alert()
        self.assertEqual((alert.cause, alert.severity), ("stalled", "interrupted"))
        self.assert_opens(alert, job)

    def test_no_worker_starts_jobs_and_those_of_a_paused_channel_wait_for_it(self):
        self.configure(paused=True)
        paused, stalled = self.delay(waits=20), self.delay(waits=20, channel="root")
        alerts = {alert.cause: alert for alert in self.alerts()}
        self.assertEqual(alerts.keys(), {"paused", "stalled"})
        self.assert_opens(alerts["paused"], paused)
        self.assert_opens(alerts["stalled"], stalled)

    def test_no_worker_begins_a_job_that_the_runner_hands_out_again_and_again(self):
        job = self.delay(waits=8)
        self.hand_out(job, times=7)
        alert = self.only_alert()
        self.assertEqual(alert.cause, "stalled")
        since = formatting.moment(self.env, alert.since)
        self.assertIn(f"1 job has been waiting since {since}", self.text(alert))
        self.assert_opens(alert, job)

    def test_a_worker_has_just_ended_a_job(self):
        self.delay(waits=20)
        self.end(self.begin(self.delay()))
        self.assertFalse(self.alerts())

    def test_a_job_planned_for_later_does_not_wait(self):
        self.delay(waits=20, eta=3600)
        self.assertFalse(self.alerts())


@tagged("-at_install", "post_install")
class TestProblems(ProviderCase):
    """A job has a problem, which depends on how it failed, and an alert."""

    def test_rejected(self):
        self.assert_problem(self.failed(UserError("no")), "rejected")

    def test_all_retries_used(self):
        job = self.failed(FailedJobError("Max. retries (1) reached"), max_retries=1)
        self.set(job, retry=1)
        self.assert_problem(job, "exhausted")

    def test_the_workers_died(self):
        job = self.begin(self.delay())
        self.find_dead(job, state="failed", exc_name="JobFoundDead")
        self.assert_problem(job, "died")

    def test_failed(self):
        self.assert_problem(self.failed(ValueError("broken")), "failed")

    def test_retried_beyond_the_limit(self):
        job = self.delay(max_retries=2)
        for _number in range(3):
            job = self.begin(job)
            self.end(job, RetryableJobError("conflict"), retry=True)
            self.set(job, eta=None)
        self.set(job, reliability_since=ago(0))
        self.assert_problem(job, "looping")

    def test_retried_up_to_the_limit(self):
        job = self.delay(max_retries=2)
        for _number in range(2):
            job = self.begin(job)
            self.end(job, RetryableJobError("later"), retry=True)
        self.assertFalse(self.alerts())

    def test_the_alert_names_the_last_job_and_its_error(self):
        self.failed(ValueError("broken"), description="Import the catalog")
        last = self.failed(ValueError("no such price"), description="Send the prices")
        self.set(last, reliability_started=ago(-1))
        alert = self.only_alert()
        at = formatting.moment(self.env, alert.last)
        self.assertIn(
            f"2 jobs failed, the last at {at}: Send the prices (no such price).",
            self.text(alert),
        )

    def test_it_explains_why_calls_of_the_method_fail(self):
        self.failed(ValueError("broken"))
        values = self.only_alert().values
        self.assertEqual(values["explains"], ["res.partner.exists"])

    def test_an_error_that_python_never_saw_is_named_by_its_class(self):
        job = self.failed(ValueError("broken"), description="Import the catalog")
        self.set(job, reliability_attempt_details=None, exc_name="OSError")
        self.assertIn("(OSError)", self.text(self.only_alert()))

    def test_secrets_in_the_name_of_a_job_are_masked(self):
        self.failed(ValueError("broken"), description="Call with password=hunter2")
        self.assertNotIn("hunter2", self.text(self.only_alert()))

    def run_for(self, minutes):
        job = self.begin(self.delay())
        self.set(job, reliability_started=ago(minutes))
        return job

    def test_an_hour_is_long_where_the_usual_time_is_unknown(self):
        self.run_for(50)
        self.assertFalse(self.alerts())
        self.assert_problem(self.run_for(70), "long")

    def test_a_minute_is_long_for_an_instant_job(self):
        for _number in range(10):
            self.end(self.begin(self.delay()))
        self.assert_problem(self.run_for(2), "long")

    def test_a_job_that_always_takes_long_is_no_problem(self):
        for _number in range(10):
            self.end(self.run_for(80))
        self.run_for(100)
        self.assertFalse(self.alerts())

    def assert_problem(self, job, problem):
        alert = self.only_alert()
        self.assertEqual((alert.cause, alert.severity), (problem, "degraded"))
        text = self.text(alert)
        self.assertTrue(text.startswith(self.row(job).name), text)
        self.assert_opens(alert, job)
        self.assertEqual(self.row(job).reliability_problem, problem)


@tagged("-at_install", "post_install")
class TestVisibility(ProviderCase):
    def viewer(self, company, groups="reliability.group_viewer"):
        return new_test_user(
            self.env,
            f"viewer of {company.id}",
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_each_company_has_its_own_alert(self):
        other = self.env["res.company"].create({"name": "Another"})
        jobs = {
            company_id: self.failed(ValueError("broken"))
            for company_id in (self.env.company.id, other.id, None)
        }
        for company_id, job in jobs.items():
            self.set(job, company_id=company_id)
        alerts = {alert.company_id: alert for alert in self.alerts()}
        self.assertEqual(alerts.keys(), jobs.keys())
        for company_id, alert in alerts.items():
            self.assertFalse(alert.is_shared)
            self.assert_opens(alert, jobs[company_id])

    def test_a_dead_runner_is_an_alert_for_each_company_whose_jobs_wait(self):
        other = self.env["res.company"].create({"name": "Another"})
        ours, theirs = self.delay(waits=20), self.delay(waits=20)
        self.set(theirs, company_id=other.id)
        with patch.object(
            type(self.provider), "_job_runner_alive", lambda _self: False
        ):
            alerts = {alert.company_id: alert for alert in self.alerts()}
        self.assert_opens(alerts[self.env.company.id], ours)
        self.assert_opens(alerts[other.id], theirs)

    def test_viewers_read_its_sentence_and_get_no_action(self):
        job = self.failed(ValueError("broken"))
        alert = self.only_alert()
        provider = self.provider.with_user(self.viewer(self.env.company))
        described = provider._describe_alert(alert)
        self.assertIn(f"{self.row(job).name} failed at", described.text)
        self.assertFalse(described.action or provider._can_act_on(alert))

    def test_managers_of_the_queue_act_on_it(self):
        self.failed(ValueError("broken"))
        alert = self.only_alert()
        groups = "reliability.group_viewer,queue_job.group_queue_job_manager"
        provider = self.provider.with_user(self.viewer(self.env.company, groups))
        self.assertTrue(provider._describe_alert(alert).action)
        self.assertTrue(provider._can_act_on(alert))

    def test_the_backlog_of_the_service(self):
        self.delay(waits=20)
        self.delay()
        self.env.flush_all()
        (backlog,) = (
            backlog
            for backlog in self.provider._backlogs()
            if backlog.kind == "jobs" and backlog.company_id == self.env.company.id
        )
        self.assertEqual((backlog.service, backlog.count), ("background_work", 2))
        self.assertEqual(backlog.late, 1)
        scope = self.provider._scope(0)
        numbers = backlog.count, backlog.late, backlog.oldest
        text, action = self.provider._describe_backlog("jobs", scope, *numbers)
        self.assertEqual(text, "2 jobs wait, the first for 20 min")
        self.assertEqual(len(self.env["queue.job"].search(action["domain"])), 2)
