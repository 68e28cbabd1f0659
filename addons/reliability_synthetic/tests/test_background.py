"""Background work: signals of a run, how they arrive, and what stands still."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.mail.tests.common import MailCase
from odoo.addons.queue_job.job import Job

from ..background import begin, progress, scheduled_action
from ..run_result import FAILED, PASSED, SLOW
from .background import SINK, BackgroundCase

MODEL = "odoo.addons.mail.models.mail_mail"


@tagged("-at_install", "post_install")
class TestSignals(BackgroundCase):
    """A run sends all its signals at once, and ends when all have arrived."""

    def setUp(self):
        super().setUp()
        self.only("scheduled_action", "job")

    def test_it_waits_until_all_have_arrived(self):
        run = self.begin()
        self.assertIsNone(progress(run))
        self.run_scheduled_action()
        self.assertIsNone(progress(run))
        self.signals(run)["job"]._arrive()
        self.assertEqual(
            {step: result.result for step, result in self.results(run).items()},
            {"job": PASSED, "scheduled_action": PASSED},
        )

    def test_one_that_is_there_twice_is_sent_once(self):
        job = self.journey.step_ids.filtered(lambda step: step.step == "job")
        job.copy({"journey_id": self.journey.id})
        self.assertEqual({*self.signals(self.begin())}, {"job", "scheduled_action"})

    def test_each_is_timed_by_itself(self):
        run = self.begin()
        for seconds, signal in enumerate(self.signals(run).values(), 3):
            signal.arrived_at = signal.sent_at + timedelta(seconds=seconds)
        attempt = progress(run)
        self.assertEqual([step.seconds for step in attempt.steps], [3.0, 4.0])
        self.assertAlmostEqual(attempt.seconds, 4.0, delta=0.5)

    def test_one_that_arrives_after_its_threshold_is_slow(self):
        self.only("scheduled_action")
        self.journey.step_ids.slow_after = 2
        run = self.begin()
        signal = self.signals(run)["scheduled_action"]
        signal.arrived_at = signal.sent_at + timedelta(seconds=3)
        self.assertEqual(progress(run).result, SLOW)

    def test_past_the_limit_the_missing_ones_have_failed(self):
        run = self.begin()
        self.run_scheduled_action()
        self.wait(run, 240)
        results = self.results(run)
        self.assertEqual(results["job"].cause, "not_arrived_job")
        self.assertGreaterEqual(results["job"].seconds, 240)
        self.assertEqual(results["scheduled_action"].result, PASSED)

    def test_one_that_fails_leaves_the_others(self):
        wrong = ValueError("no disk, password=secret")
        with patch.object(
            scheduled_action.ScheduledActionSignal, "perform", side_effect=wrong
        ):
            run = self.begin()
            self.run_scheduled_action()
        self.signals(run)["job"]._arrive()
        results = self.results(run)
        failed = results["scheduled_action"]
        self.assertEqual(
            (failed.result, failed.cause), (FAILED, "failed_scheduled_action")
        )
        self.assertIn("ValueError: no disk", failed.error)
        self.assertNotIn("secret", failed.error)
        self.assertEqual(results["job"].result, PASSED)

    def test_a_run_without_any_signal_has_failed(self):
        self.only("mail")
        self.journey.mail_to = False
        (result,) = begin(self.begin()).steps
        self.assertEqual(result.cause, "nothing_sent")
        self.assertIn("enter an address", self.sentence(result))

    def test_a_run_that_sends_its_signals_right_now_goes_on(self):
        self.only("mail")
        self.journey.mail_to = False
        run = self.begin()
        run._follow(fields.Datetime.now())
        self.assertEqual(run.state, "running")

    def test_a_step_that_is_removed_meanwhile_counts(self):
        run = self.begin()
        self.only("job")
        self.wait(run, self.journey.limit_seconds)
        self.assertIn("scheduled_action", self.results(run))


@tagged("-at_install", "post_install")
class TestScheduledAction(BackgroundCase):
    """A scheduled action of ours is asked for, and stores that it ran."""

    def setUp(self):
        super().setUp()
        self.only("scheduled_action")
        self.action = self.env.ref("reliability_synthetic.cron_arrive")

    def test_odoo_is_asked_to_run_it_now(self):
        triggers = self.env["ir.cron.trigger"]
        domain = [("cron_id", "=", self.action.id)]
        before = triggers.search_count(domain)
        self.begin()
        self.assertEqual(triggers.search_count(domain), before + 1)

    def explain(self):
        """Return the sentence about a run in which it did not run."""
        run = self.begin()
        self.wait(run, 240)
        return self.sentence(self.results(run)["scheduled_action"])

    def test_it_stands_still(self):
        self.assertIn("did not run for 4 min", self.explain())

    def test_it_is_archived(self):
        self.action.active = False
        self.assertIn("is not active: activate it", self.explain())

    def test_it_was_deleted(self):
        self.action.unlink()
        self.assertIn("upgrade the app", self.explain())


@tagged("-at_install", "post_install")
class TestMail(MailCase, BackgroundCase):
    """An e-mail goes to the address of the journey, and nothing of it remains."""

    def setUp(self):
        super().setUp()
        self.only("mail")
        self.mails = self.env["mail.mail"].search_count([])
        self.messages = self.env["mail.message"].search_count([])

    def assert_nothing_remains(self):
        self.assertEqual(self.env["mail.mail"].search_count([]), self.mails)
        self.assertEqual(self.env["mail.message"].search_count([]), self.messages)

    def test_it_has_arrived_when_the_mail_server_has_taken_it(self):
        run = self.begin()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self.run_scheduled_action()
        self.assertEqual([mail["email_to"] for mail in self._mails], [[SINK]])
        self.assertFalse(any(mail["email_cc"] for mail in self._mails))
        self.assertEqual(self.results(run)["mail"].result, PASSED)
        self.assert_nothing_remains()

    @mute_logger(MODEL)
    def test_the_mail_server_refuses_it(self):
        run = self.begin()
        refused = MailDeliveryException("550 no such person")
        server = self.env.registry["ir.mail_server"]
        with (
            self.mock_mail_gateway(),
            patch.object(server, "send_email", side_effect=refused),
        ):
            self.run_scheduled_action()
        result = self.results(run)["mail"]
        self.assertEqual(result.cause, "failed_mail")
        self.assertIn("could not be sent: 550 no such person", self.sentence(result))
        self.assert_nothing_remains()

    def test_the_mail_server_hangs(self):
        run = self.begin()
        self.signals(run)["mail"].performed_at = self.env.cr.now()
        self.wait(run, 240)
        sentence = self.sentence(self.results(run)["mail"])
        self.assertIn("the mail server has not taken it for 4 min", sentence)

    def test_it_is_sent_once(self):
        self.begin()
        with self.mock_mail_gateway():
            self.run_scheduled_action()
            self.run_scheduled_action()
        self.assertEqual(len(self._mails), 1)

    def test_without_an_address_the_step_is_left_out(self):
        self.journey.mail_to = False
        self.assertEqual(self.signals(self.begin()), {})

    def test_the_address_is_one(self):
        for address in ("sink", "a@example.com, b@example.com"):
            with self.assertRaises(ValidationError):
                self.journey.mail_to = address


@tagged("-at_install", "post_install")
class TestJob(BackgroundCase):
    """A job of OCA's queue, if it is installed, stores that it ran."""

    def setUp(self):
        super().setUp()
        self.only("job")

    def job_of(self, run):
        return self.env["queue.job"].browse(self.signals(run)["job"].job_id)

    def set(self, job, **values):
        """Change a job as the runner does."""
        self.env.flush_all()
        for column, value in values.items():
            self.env.cr.execute(
                f"UPDATE queue_job SET {column} = %s WHERE id = %s", [value, job.id]
            )
        self.env.invalidate_all()

    def explain(self, run):
        self.wait(run, 240)
        return self.sentence(self.results(run)["job"])

    def with_runner(self, is_alive):
        provider = self.env.registry["reliability.health.provider"]
        self.patch(provider, "_job_runner_alive", lambda _self: is_alive)

    def test_it_arrives_when_the_job_runs(self):
        run = self.begin()
        Job.load(self.env, self.job_of(run).uuid).perform()
        self.assertEqual(self.results(run)["job"].result, PASSED)

    def test_it_is_deleted_at_the_end(self):
        run = self.begin()
        job = self.job_of(run)
        self.wait(run, 240)
        progress(run)
        self.assertFalse(job.exists())

    def test_a_worker_that_runs_it_keeps_it(self):
        run = self.begin()
        job = self.job_of(run)
        self.set(job, state="started")
        self.wait(run, 240)
        progress(run)
        self.assertTrue(job.exists())

    def test_one_that_runs_after_its_run_has_ended_does_nothing(self):
        run = self.begin()
        job = Job.load(self.env, self.job_of(run).uuid)
        self.wait(run, 240)
        progress(run)
        job.perform()
        self.assertEqual(self.signals(run), {})

    def test_no_runner_is_at_work(self):
        self.with_runner(False)
        self.assertIn(
            "add queue_job to server_wide_modules", self.explain(self.begin())
        )

    def test_no_worker_starts_it(self):
        self.with_runner(True)
        run = self.begin()
        self.set(self.job_of(run), state="enqueued")
        self.assertIn("no worker started it for 4 min", self.explain(run))

    def test_the_channel_is_paused(self):
        self.with_runner(True)
        self.configure(capacity=1, is_paused=True)
        self.assertIn("the channel root is paused", self.explain(self.begin()))

    def test_the_channel_is_full(self):
        self.with_runner(True)
        self.configure(capacity=1, is_paused=False)
        other = self.env.user.partner_id.with_delay().exists().db_record()
        self.set(other, state="started")
        self.assertIn("as many jobs as it may (1)", self.explain(self.begin()))

    def test_others_come_first(self):
        self.with_runner(True)
        self.configure(capacity=0, is_paused=False)
        self.env["queue.job"].search([("state", "=", "pending")]).unlink()
        self.env.user.partner_id.with_delay().exists()
        self.assertIn("jobs that come first: 1", self.explain(self.begin()))

    def test_it_has_failed(self):
        run = self.begin()
        self.set(self.job_of(run), state="failed", exc_name="ValueError")
        self.assertEqual(self.explain(run), "The job failed: ValueError")

    def test_it_was_deleted(self):
        run = self.begin()
        self.job_of(run).unlink()
        self.assertIn("deleted the job", self.explain(run))

    def configure(self, capacity, is_paused):
        self.env.cr.execute(
            "DELETE FROM reliability_job_channel WHERE name = 'root';"
            " INSERT INTO reliability_job_channel"
            " (name, capacity, is_sequential, is_paused)"
            " VALUES ('root', %s, false, %s)",
            [capacity, is_paused],
        )


@tagged("-at_install", "post_install")
class TestWhatRemains(BackgroundCase):
    """What a run that was killed has left is deleted after a day."""

    def age(self, run, hours):
        """Let a run have sent its signals so many hours ago; return its job."""
        signals = self.signals(run)
        self.wait(run, hours * 3600)
        job = self.env["queue.job"].browse(signals["job"].job_id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = %s WHERE id = %s",
            [signals["job"].sent_at, job.id],
        )
        return job

    def test_signals_and_their_jobs(self):
        old, young = self.begin(), self.begin()
        jobs = [self.age(old, 25), self.age(young, 23)]
        self.env["reliability.synthetic.signal"]._gc_signals()
        self.assertEqual(self.signals(old), {})
        self.assertEqual(len(self.signals(young)), 3)
        self.assertEqual([bool(job.exists()) for job in jobs], [False, True])

    def test_jobs_without_a_signal(self):
        run = self.begin()
        job = self.age(run, 25)
        run.unlink()
        self.env["reliability.synthetic.signal"]._gc_signals()
        self.assertFalse(job.exists())
