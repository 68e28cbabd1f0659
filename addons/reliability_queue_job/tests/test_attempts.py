"""Job attempts are recorded, and recording does not disturb the queue."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.queue_job.exception import FailedJobError, RetryableJobError
from odoo.addons.reliability.tests.clocks import LIMIT

from .. import job_timing
from ..models.reliability_job_attempt import LOST
from ..models.retention import ATTEMPT_DAYS, MAX_ATTEMPTS
from .common import UTC_NOW, JobCase


@tagged("-at_install", "post_install")
class TestOutcomeFromPython(JobCase):
    """Workers write how an attempt ended."""

    def ended(self, error=None, retry=False):
        """Return the attempt of a new job that ended with an error, or without."""
        job = self.begin(self.delay())
        self.end(job, error, retry)
        return self.attempts(job)

    def test_done(self):
        attempt = self.ended()
        self.assertEqual(attempt.outcome, "success")
        self.assertFalse(attempt.is_retried or attempt.error)
        self.assertIn("/", attempt.worker)

    def test_failed(self):
        attempt = self.ended(ValueError("broken"))
        self.assertEqual(
            (attempt.outcome, attempt.error, attempt.message),
            ("failed", "ValueError", "broken"),
        )

    def test_rejected_by_the_business(self):
        self.assertEqual(self.ended(UserError("no")).outcome, "rejected")

    def test_postponed_by_the_job(self):
        attempt = self.ended(RetryableJobError("later"), retry=True)
        self.assertEqual(
            (attempt.outcome, attempt.is_retried, attempt.is_contended),
            ("retried", True, False),
        )

    def test_postponed_after_a_serialization_failure(self):
        error = RetryableJobError("could not serialize access")
        error.__cause__ = SerializationFailure()
        attempt = self.ended(error, retry=True)
        self.assertEqual(
            (attempt.outcome, attempt.error, attempt.is_contended),
            ("retried", "SerializationFailure", True),
        )

    def test_all_retries_used(self):
        self.assertEqual(self.ended(FailedJobError("5 tries")).outcome, "failed")

    def test_secrets_are_not_stored(self):
        attempt = self.ended(ValueError("https://me:hunter2@example.com is down"))
        self.assertNotIn("hunter2", attempt.message)

    def test_secrets_in_the_description_are_not_stored(self):
        for error in (None, ValueError("no")):
            job = self.begin(self.delay(description="Ask https://me:hunter2@dhl.test"))
            self.end(job, error)
            self.assertEqual(self.attempts(job).name, "Ask https://***@dhl.test")

    def test_an_attempt_that_did_not_start_is_named_by_its_method(self):
        # Only Python masks a description, and no worker has started the job.
        job = self.delay(description="Ask https://me:hunter2@dhl.test")
        self.set(job, state="enqueued", date_enqueued=UTC_NOW)
        self.find_dead(job)
        self.assertEqual(self.attempts(job).name, "res.partner.exists")

    def test_an_error_with_text_that_cannot_be_stored_is_recorded(self):
        attempt = self.ended(ValueError("half an emoji \ud83d and \0"))
        self.assertEqual(attempt.message, "half an emoji \ufffd and \ufffd")


@tagged("-at_install", "post_install")
class TestOutcomeFromColumns(JobCase):
    """Where no worker writes the outcome, it follows from the columns that change."""

    def test_the_worker_died(self):
        job = self.begin(self.delay())
        self.find_dead(job)
        attempt = self.attempts(job)
        self.assertEqual(attempt.outcome, "killed")
        self.assertTrue(attempt.is_retried)

    def test_the_worker_died_too_often(self):
        job = self.begin(self.delay())
        self.find_dead(job, state="failed", exc_name="JobFoundDead")
        attempt = self.attempts(job)
        self.assertEqual(
            (attempt.outcome, attempt.error, attempt.is_retried),
            ("killed", "JobFoundDead", False),
        )

    def test_no_worker_has_started_it(self):
        job = self.delay()
        self.set(job, state="enqueued")
        self.find_dead(job)
        attempt = self.attempts(job)
        self.assertEqual(attempt.outcome, "not_begun")
        self.assertFalse(attempt.started or attempt.worker)

    def test_dead_jobs_are_counted_by_channel(self):
        for _number in range(2):
            self.find_dead(self.begin(self.delay(channel="root.night")))
        requeued = self.env["reliability.job.requeued"]
        self.assertEqual(requeued.search([("channel", "=", "root.night")]).count, 2)

    def test_a_user_has_cancelled_it_while_it_ran(self):
        job = self.begin(self.delay())
        self.set(job, state="cancelled", worker_pid=None)
        self.assertEqual(self.attempts(job).outcome, "unknown")

    def test_a_job_requeued_before_it_started_has_no_attempt(self):
        job = self.delay()
        self.set(job, state="enqueued", date_enqueued=fields.Datetime.now())
        self.row(job)._change_job_state("pending")
        self.env.flush_all()
        self.assertFalse(self.attempts(job))


@tagged("-at_install", "post_install")
class TestDelay(JobCase):
    """The delay is from when an attempt could start until it started."""

    def waited(self, job, **since):
        """Return the delay of a job's last attempt in minutes.

        :param since: column → minutes ago
        """
        if since:
            self.set(
                job, **{name: self.ago(minutes) for name, minutes in since.items()}
            )
        self.end(self.begin(job))
        return round(self.attempts(job)[-1].delay / 60)

    @staticmethod
    def ago(minutes):
        return SQL(
            "clock_timestamp() AT TIME ZONE 'UTC' - %s * interval '1 min'", minutes
        )

    def test_since_it_was_created(self):
        self.assertEqual(self.waited(self.delay(), reliability_since=10), 10)

    def test_since_its_planned_time(self):
        job = self.delay(eta=3600)
        self.assertEqual(self.waited(job, reliability_since=10, eta=4), 4)

    def test_it_is_never_negative(self):
        self.assertEqual(self.waited(self.delay(), eta=-9), 0)

    def test_since_it_was_postponed(self):
        job = self.begin(self.delay())
        self.set(job, reliability_since=self.ago(30))
        self.end(job, RetryableJobError("later"), retry=True)
        self.assertEqual(self.waited(job, eta=2), 0)
        first, second = self.attempts(job)
        self.assertEqual((first.number, second.number), (1, 2))

    def test_since_its_dependencies_were_done(self):
        job = self.delay()
        self.set(job, state="wait_dependencies", reliability_since=self.ago(30))
        self.set(job, state="pending")
        self.assertEqual(self.waited(job), 0)

    def test_a_job_older_than_the_addon(self):
        job = self.delay()
        self.set(job, reliability_since=None)
        self.assertEqual(self.waited(job, date_created=7), 7)


@tagged("-at_install", "post_install")
class TestRequeue(JobCase):
    def test_the_attempt_has_the_user(self):
        job = self.begin(self.delay())
        self.end(job, ValueError("broken"))
        user = new_test_user(
            self.env, "requeuer", groups="queue_job.group_queue_job_manager"
        )
        self.row(job).with_user(user).requeue()
        self.env.flush_all()
        self.end(self.begin(job))
        first, second = self.attempts(job)
        self.assertFalse(first.requeued_by_id)
        self.assertEqual(second.requeued_by_id, user)
        self.assertEqual(second.number, 1)

    def test_only_the_first_attempt_after_it_has_the_user(self):
        job = self.begin(self.delay())
        self.end(job, ValueError("broken"))
        self.row(job).requeue()
        job = self.begin(job)
        self.find_dead(job)
        self.end(self.begin(job))
        has_user = [bool(attempt.requeued_by_id) for attempt in self.attempts(job)]
        self.assertEqual(has_user, [False, True, False])

    def test_a_postponed_job_has_no_user(self):
        job = self.begin(self.delay())
        self.end(job, RetryableJobError("later"), retry=True)
        self.end(self.begin(job))
        self.assertFalse(self.attempts(job).requeued_by_id)


@tagged("-at_install", "post_install")
class TestErrorsDoNotStopTheQueue(JobCase):
    """If recording fails, jobs change their states all the same."""

    def lost(self):
        name = SQL.identifier(LOST)
        self.env.cr.execute(SQL("SELECT last_value * is_called::int FROM %s", name))
        return self.env.cr.fetchone()[0]

    @mute_logger("odoo.sql_db")
    def test_an_attempt_that_cannot_be_recorded_is_counted(self):
        job, lost = self.begin(self.delay()), self.lost()
        self.env.cr.execute("ALTER TABLE reliability_job_attempt RENAME outcome TO x")
        self.end(job)
        self.assertEqual(self.row(job).state, "done")
        self.assertEqual(self.lost(), lost + 1)

    def test_a_job_without_our_values(self):
        job = self.begin(self.delay())
        self.env.cr.execute(
            "UPDATE queue_job SET reliability_started = NULL, reliability_since = NULL,"
            " reliability_attempts = NULL, reliability_attempt_details = NULL"
            " WHERE uuid = %s",
            [job.uuid],
        )
        self.end(job)
        self.assertEqual(self.attempts(job).outcome, "success")

    def test_a_job_without_our_column(self):
        job = self.delay()
        self.set(job, state="failed")
        self.env.cr.execute("ALTER TABLE queue_job RENAME reliability_attempts TO x")
        self.set(job, state="pending")
        self.env.cr.execute("SELECT state FROM queue_job WHERE uuid = %s", [job.uuid])
        self.assertEqual(self.env.cr.fetchone(), ("pending",))

    def test_nothing_is_recorded_while_measuring_is_paused(self):
        set_param = self.env["ir.config_parameter"].set_param
        set_param("reliability.switched_off", "True")
        # Workers know it once this is committed.
        with patch.object(job_timing, "is_measured", lambda _registry: False):
            done, dead = self.begin(self.delay()), self.begin(self.delay())
            self.end(done)
            self.find_dead(dead)
        self.assertFalse(self.attempts(done) | self.attempts(dead))
        set_param("reliability.switched_off", "no")
        job = self.begin(self.delay())
        self.end(job)
        self.assertTrue(self.attempts(job))

    def test_an_unmeasured_attempt_has_not_the_timing_of_the_last_one(self):
        job = self.begin(self.delay())
        self.end(job, RetryableJobError("later"), retry=True)
        self.env.cr.execute(
            "UPDATE queue_job SET reliability_started = '2020-01-01' WHERE uuid = %s",
            [job.uuid],
        )
        with patch.object(job_timing, "is_measured", lambda _registry: False):
            job = self.begin(job)
        self.end(job)
        self.assertLess(self.attempts(job)[-1].seconds, LIMIT)


@tagged("-at_install", "post_install")
class TestRetention(JobCase):
    def test_an_attempt_outlives_its_job(self):
        job = self.begin(self.delay())
        self.end(job)
        self.row(job).unlink()
        self.assertEqual(self.attempts(job).outcome, "success")

    def age(self, attempt, days):
        self.env.cr.execute(
            "UPDATE reliability_job_attempt SET ended = %s WHERE id = %s",
            [self.env.cr.now() - timedelta(days=days), attempt.id],
        )
        self.env.invalidate_all()

    def test_old_attempts_are_deleted(self):
        old, young = (self.begin(self.delay()) for _number in range(2))
        for job, days in ((old, 11), (young, 9)):
            self.end(job)
            self.age(self.attempts(job), days)
        self.env["ir.config_parameter"].set_param(ATTEMPT_DAYS.key, "10")
        self.env["reliability.job.attempt"]._gc_attempts()
        self.assertFalse(self.attempts(old))
        self.assertTrue(self.attempts(young))

    def test_surplus_attempts_are_deleted(self):
        jobs = [self.begin(self.delay()) for _number in range(3)]
        for days, job in enumerate(jobs):
            self.end(job)
            self.age(self.attempts(job), -days)
        self.env["ir.config_parameter"].set_param(MAX_ATTEMPTS.key, "2")
        self.env["reliability.job.attempt"]._gc_attempts()
        self.assertEqual([len(self.attempts(job)) for job in jobs], [0, 1, 1])


@tagged("-at_install", "post_install")
class TestRights(JobCase):
    def test_nobody_writes_attempts(self):
        job = self.begin(self.delay())
        self.end(job)
        admin = self.attempts(job).with_user(self.env.ref("base.user_admin"))
        for change in (
            lambda: admin.write({"outcome": "failed"}),
            admin.unlink,
            lambda: admin.create({"name": "none"}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_nobody_writes_our_columns_of_a_job(self):
        job = self.begin(self.delay())
        details = self.row(job).reliability_attempt_details
        self.row(job).write({"reliability_attempt_details": {"outcome": "success"}})
        self.assertEqual(self.row(job).reliability_attempt_details, details)

    def test_attempts_of_other_companies_are_hidden(self):
        job = self.begin(self.delay())
        self.end(job)
        attempt = self.attempts(job)
        company = self.env["res.company"].create({"name": "Another"})
        viewer = new_test_user(
            self.env,
            "viewer",
            groups="reliability.group_viewer",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        visible = attempt.with_user(viewer).search([("id", "=", attempt.id)])
        self.assertFalse(visible)
        self.env.cr.execute("UPDATE reliability_job_attempt SET company_id = NULL")
        self.env.invalidate_all()
        self.assertFalse(attempt.with_user(viewer).search([("id", "=", attempt.id)]))
        admin = attempt.with_user(self.env.ref("base.user_admin"))
        self.assertTrue(admin.search([("id", "=", attempt.id)]))
