"""Tries of jobs are on record, and putting them there is in nobody's way."""

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
from .common import JobCase


@tagged("-at_install", "post_install")
class TestATryEnds(JobCase):
    """How it ended is told by whoever knows best."""

    def ended(self, error=None, again=False):
        """Return the record of a try that ended so."""
        job = self.begin(self.delay())
        self.end(job, error, again)
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

    def test_refused_by_the_business(self):
        self.assertEqual(self.ended(UserError("no")).outcome, "rejected")

    def test_put_off_by_itself(self):
        attempt = self.ended(RetryableJobError("later"), again=True)
        self.assertEqual(
            (attempt.outcome, attempt.is_retried, attempt.is_contended),
            ("retried", True, False),
        )

    def test_put_off_since_another_transaction_was_in_the_way(self):
        error = RetryableJobError("could not serialize access")
        error.__cause__ = SerializationFailure()
        attempt = self.ended(error, again=True)
        self.assertEqual(
            (attempt.outcome, attempt.error, attempt.is_contended),
            ("retried", "SerializationFailure", True),
        )

    def test_put_off_for_the_last_time(self):
        self.assertEqual(self.ended(FailedJobError("5 tries")).outcome, "failed")

    def test_secrets_are_not_stored(self):
        attempt = self.ended(ValueError("https://me:hunter2@example.com is down"))
        self.assertNotIn("hunter2", attempt.message)


@tagged("-at_install", "post_install")
class TestNobodyCouldTell(JobCase):
    """The runner finds jobs whose worker is gone; people and SQL change states, too."""

    def test_the_worker_died(self):
        job = self.begin(self.delay())
        self.find_dead(job)
        attempt = self.attempts(job)
        self.assertEqual(attempt.outcome, "killed")
        self.assertTrue(attempt.is_retried)

    def test_the_worker_died_once_too_often(self):
        job = self.begin(self.delay())
        self.find_dead(job, state="failed", exc_name="JobFoundDead")
        attempt = self.attempts(job)
        self.assertEqual(
            (attempt.outcome, attempt.error, attempt.is_retried),
            ("killed", "JobFoundDead", False),
        )

    def test_no_worker_has_taken_it(self):
        job = self.delay()
        self.set(job, state="enqueued")
        self.find_dead(job)
        attempt = self.attempts(job)
        self.assertEqual(attempt.outcome, "not_begun")
        self.assertFalse(attempt.started or attempt.worker)

    def test_what_the_runner_has_put_back_is_counted_by_channel(self):
        for _number in range(2):
            self.find_dead(self.begin(self.delay(channel="root.night")))
        requeued = self.env["reliability.job.requeued"]
        self.assertEqual(requeued.search([("channel", "=", "root.night")]).count, 2)

    def test_somebody_has_changed_its_state_while_it_ran(self):
        job = self.begin(self.delay())
        self.set(job, state="cancelled", worker_pid=None)
        self.assertEqual(self.attempts(job).outcome, "unknown")

    def test_what_is_put_back_before_it_began_was_not_tried(self):
        job = self.delay()
        self.set(job, state="enqueued", date_enqueued=fields.Datetime.now())
        self.row(job)._change_job_state("pending")
        self.env.flush_all()
        self.assertFalse(self.attempts(job))


@tagged("-at_install", "post_install")
class TestATryWaited(JobCase):
    """From when it could begin until it began, whatever it waited for before that."""

    def waited(self, job, **since):
        """Return for how many minutes a job is said to have waited."""
        if since:
            self.set(job, **{name: self.ago(when) for name, when in since.items()})
        self.end(self.begin(job))
        return round(self.attempts(job)[-1].delay / 60)

    @staticmethod
    def ago(minutes):
        return SQL(
            "clock_timestamp() AT TIME ZONE 'UTC' - %s * interval '1 min'", minutes
        )

    def test_since_it_was_made(self):
        self.assertEqual(self.waited(self.delay(), reliability_since=10), 10)

    def test_since_it_was_to_run(self):
        job = self.delay(eta=3600)
        self.assertEqual(self.waited(job, reliability_since=10, eta=4), 4)

    def test_never_less_than_nothing(self):
        self.assertEqual(self.waited(self.delay(), eta=-9), 0)

    def test_since_it_was_put_off(self):
        job = self.begin(self.delay())
        self.set(job, reliability_since=self.ago(30))
        self.end(job, RetryableJobError("later"), again=True)
        self.assertEqual(self.waited(job, eta=2), 0)
        first, second = self.attempts(job)
        self.assertEqual((first.number, second.number), (1, 2))

    def test_since_what_it_depends_on_was_done(self):
        job = self.delay()
        self.set(job, state="wait_dependencies", reliability_since=self.ago(30))
        self.set(job, state="pending")
        self.assertEqual(self.waited(job), 0)

    def test_a_job_that_is_older_than_the_addon(self):
        job = self.delay()
        self.set(job, reliability_since=None)
        self.assertEqual(self.waited(job, date_created=7), 7)


@tagged("-at_install", "post_install")
class TestSomebodyWantsItTriedAnew(JobCase):
    def test_it_is_told_who(self):
        job = self.begin(self.delay())
        self.end(job, ValueError("broken"))
        somebody = new_test_user(
            self.env, "somebody", groups="queue_job.group_queue_job_manager"
        )
        self.row(job).with_user(somebody).requeue()
        self.env.flush_all()
        self.end(self.begin(job))
        first, second = self.attempts(job)
        self.assertFalse(first.requeued_by_id)
        self.assertEqual(second.requeued_by_id, somebody)
        self.assertEqual(second.number, 1)

    def test_only_of_the_first_try_that_follows(self):
        job = self.begin(self.delay())
        self.end(job, ValueError("broken"))
        self.row(job).requeue()
        job = self.begin(job)
        self.find_dead(job)
        self.end(self.begin(job))
        asked = [bool(of.requeued_by_id) for of in self.attempts(job)]
        self.assertEqual(asked, [False, True, False])

    def test_nobody_did_where_the_job_was_put_off(self):
        job = self.begin(self.delay())
        self.end(job, RetryableJobError("later"), again=True)
        self.end(self.begin(job))
        self.assertFalse(self.attempts(job).requeued_by_id)


@tagged("-at_install", "post_install")
class TestTheQueueGoesOn(JobCase):
    """Whatever is wrong with our tables, jobs come to their states."""

    def lost(self):
        name = SQL.identifier(LOST)
        self.env.cr.execute(SQL("SELECT last_value * is_called::int FROM %s", name))
        return self.env.cr.fetchone()[0]

    @mute_logger("odoo.sql_db")
    def test_a_try_that_cannot_be_put_on_record_is_counted(self):
        job, lost = self.begin(self.delay()), self.lost()
        self.env.cr.execute("ALTER TABLE reliability_job_attempt RENAME outcome TO x")
        self.end(job)
        self.assertEqual(self.row(job).state, "done")
        self.assertEqual(self.lost(), lost + 1)

    def test_a_job_of_which_nothing_is_remembered(self):
        job = self.begin(self.delay())
        self.env.cr.execute(
            "UPDATE queue_job SET reliability_started = NULL, reliability_since = NULL,"
            " reliability_attempts = NULL, reliability_attempt_details = NULL WHERE uuid = %s",
            [job.uuid],
        )
        self.end(job)
        self.assertEqual(self.attempts(job).outcome, "success")

    def test_even_without_what_it_remembers_in(self):
        job = self.delay()
        self.set(job, state="failed")
        self.env.cr.execute("ALTER TABLE queue_job RENAME reliability_attempts TO x")
        self.set(job, state="pending")
        self.env.cr.execute("SELECT state FROM queue_job WHERE uuid = %s", [job.uuid])
        self.assertEqual(self.env.cr.fetchone(), ("pending",))

    def test_nothing_is_put_on_record_while_all_is_switched_off(self):
        switch = self.env["ir.config_parameter"].set_param
        switch("reliability.switched_off", "True")
        # As workers know it, once this is committed.
        with patch.object(job_timing, "is_measured", lambda _registry: False):
            done, dead = self.begin(self.delay()), self.begin(self.delay())
            self.end(done)
            self.find_dead(dead)
        self.assertFalse(self.attempts(done) | self.attempts(dead))
        switch("reliability.switched_off", "no")
        job = self.begin(self.delay())
        self.end(job)
        self.assertTrue(self.attempts(job))

    def test_a_try_that_began_unnoticed_is_not_taken_for_the_one_before(self):
        job = self.begin(self.delay())
        self.end(job, RetryableJobError("later"), again=True)
        self.env.cr.execute(
            "UPDATE queue_job SET reliability_started = '2020-01-01' WHERE uuid = %s",
            [job.uuid],
        )
        with patch.object(job_timing, "is_measured", lambda _registry: False):
            job = self.begin(job)
        self.end(job)
        self.assertLess(self.attempts(job)[-1].seconds, LIMIT)


@tagged("-at_install", "post_install")
class TestItIsKept(JobCase):
    def test_longer_than_the_job(self):
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

    def test_as_long_as_settings_say(self):
        old, young = (self.begin(self.delay()) for _number in range(2))
        for job, days in ((old, 11), (young, 9)):
            self.end(job)
            self.age(self.attempts(job), days)
        self.env["ir.config_parameter"].set_param(ATTEMPT_DAYS, "10")
        self.env["reliability.job.attempt"]._gc_attempts()
        self.assertFalse(self.attempts(old))
        self.assertTrue(self.attempts(young))

    def test_as_many_as_settings_say(self):
        jobs = [self.begin(self.delay()) for _number in range(3)]
        for days, job in enumerate(jobs):
            self.end(job)
            self.age(self.attempts(job), -days)
        self.env["ir.config_parameter"].set_param(MAX_ATTEMPTS, "2")
        self.env["reliability.job.attempt"]._gc_attempts()
        self.assertEqual([len(self.attempts(job)) for job in jobs], [0, 1, 1])


@tagged("-at_install", "post_install")
class TestNobodyWritesIt(JobCase):
    def test_not_a_try(self):
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

    def test_nor_what_a_job_remembers(self):
        job = self.begin(self.delay())
        note = self.row(job).reliability_attempt_details
        self.row(job).write({"reliability_attempt_details": {"outcome": "success"}})
        self.assertEqual(self.row(job).reliability_attempt_details, note)

    def test_others_companies_are_not_seen(self):
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
        seen = attempt.with_user(viewer).search([("id", "=", attempt.id)])
        self.assertFalse(seen)
        self.env.cr.execute("UPDATE reliability_job_attempt SET company_id = NULL")
        self.env.invalidate_all()
        self.assertFalse(attempt.with_user(viewer).search([("id", "=", attempt.id)]))
        admin = attempt.with_user(self.env.ref("base.user_admin"))
        self.assertTrue(admin.search([("id", "=", attempt.id)]))
