"""Gauges of the job queue."""

from math import inf

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability.tests.internals import read_gauge

from ..models.reliability_job_channel import configured_channels
from .common import JobCase

CHANNEL = "root.probe"


class GaugeCase(JobCase):
    def read(self, name, prefix=""):
        """Return the samples of a gauge for the channel of these tests.

        :param prefix: ``_`` for gauges whose names do not begin with ``odoo_``
        :return: the number; if there is a second label, its value → the number
        """
        self.env.flush_all()
        gauge = read_gauge(self.env.cr, f"{prefix}{name}")
        samples = {
            labels[1:]: value for labels, value in gauge.samples if labels[0] == CHANNEL
        }
        if list(samples) == [()]:
            return samples[()]
        return {labels[0]: value for labels, value in samples.items()}

    def configure(self, capacity=2, sequential=False, paused=False):
        self.env.cr.execute(
            "INSERT INTO reliability_job_channel"
            " (name, capacity, is_sequential, is_paused) VALUES (%s, %s, %s, %s)",
            [CHANNEL, capacity, sequential, paused],
        )

    def delay(self, **options):
        return super().delay(channel=CHANNEL, **options)


@tagged("-at_install", "post_install")
class TestWaitingJobs(GaugeCase):
    def test_an_empty_channel_has_samples(self):
        self.configure()
        self.assertEqual(set(self.read("queue_job_jobs").values()), {0})
        for name in (
            "queue_job_eligible",
            "queue_job_oldest_eligible_age_seconds",
            "queue_job_time_to_clear_seconds",
        ):
            self.assertEqual(self.read(name), 0)
        for name in ("pending", "running", "failed", "waiting_dependencies"):
            self.assertEqual(self.read(f"queue_job_channel_{name}", "_"), 0)
        self.assertEqual(self.read("queue_job_dead_jobs_requeued_total", "_"), 0)
        self.assertEqual(self.read("queue_job_channel_capacity", "_"), 2)

    def test_jobs_by_state(self):
        self.delay()
        self.begin(self.delay())
        self.end(self.begin(self.delay()), ValueError("broken"))
        self.end(self.begin(self.delay()))
        self.assertEqual(
            self.read("queue_job_jobs"),
            {
                "wait_dependencies": 0,
                "pending": 1,
                "enqueued": 0,
                "started": 1,
                "failed": 1,
            },
        )

    def test_a_job_planned_for_later_is_not_eligible(self):
        self.delay(eta=3600)
        self.assertEqual(self.read("queue_job_eligible"), 0)
        self.assertEqual(self.read("queue_job_oldest_eligible_age_seconds"), 0)

    def test_the_age_of_the_oldest_job(self):
        since = SQL("clock_timestamp() AT TIME ZONE 'UTC' - interval '1 hour'")
        self.set(self.delay(), reliability_since=since)
        self.delay()
        self.assertEqual(self.read("queue_job_eligible"), 2)
        age = self.read("queue_job_oldest_eligible_age_seconds")
        self.assertAlmostEqual(age, 3600, delta=LIMIT)

    def test_a_job_that_no_worker_begins_has_waited_since_it_could_first_run(self):
        since = SQL("clock_timestamp() AT TIME ZONE 'UTC' - interval '1 hour'")
        job = self.delay()
        self.set(job, reliability_since=since)
        self.hand_out(job, times=7)
        for state in ("enqueued", "pending"):
            self.set(job, state=state)
            self.assertEqual(self.read("queue_job_eligible"), 1)
            age = self.read("queue_job_oldest_eligible_age_seconds")
            self.assertAlmostEqual(age, 3600, delta=LIMIT)

    def test_a_job_that_has_begun_waits_anew_for_its_next_attempt(self):
        since = SQL("clock_timestamp() AT TIME ZONE 'UTC' - interval '1 hour'")
        job = self.delay()
        self.set(job, reliability_since=since)
        self.find_dead(self.begin(job))
        age = self.read("queue_job_oldest_eligible_age_seconds")
        self.assertAlmostEqual(age, 0, delta=LIMIT)

    def test_running_jobs_count_in_parent_channels(self):
        self.begin(JobCase.delay(self, channel=f"{CHANNEL}.below"))
        self.begin(self.delay())
        self.begin(JobCase.delay(self, channel=f"{CHANNEL}s"))
        self.assertEqual(self.read("queue_job_channel_running", "_"), 2)

    def test_a_channel_without_a_limit(self):
        self.configure(capacity=0)
        self.assertEqual(self.read("queue_job_channel_capacity", "_"), inf)

    def test_dead_jobs_are_counted(self):
        self.find_dead(self.begin(self.delay()))
        self.assertEqual(self.read("queue_job_dead_jobs_requeued_total", "_"), 1)


@tagged("-at_install", "post_install")
class TestTimeToClear(GaugeCase):
    def test_it_is_infinite_where_no_job_ends(self):
        self.delay()
        self.assertEqual(self.read("queue_job_time_to_clear_seconds"), inf)

    def test_it_uses_the_rate_of_the_last_minutes(self):
        for _number in range(10):
            self.end(self.begin(self.delay()))
        self.env.cr.execute(
            "UPDATE reliability_job_attempt SET ended = %(now)s - interval '1 min',"
            " started = %(now)s - interval '100 s' WHERE channel = %(channel)s",
            {"now": self.env.cr.now(), "channel": CHANNEL},
        )
        for _number in range(5):
            self.delay()
        self.assertAlmostEqual(self.read("queue_job_time_to_clear_seconds"), 50, 0)

    def test_retried_attempts_do_not_count(self):
        self.find_dead(self.begin(self.delay()))
        self.assertEqual(self.read("queue_job_time_to_clear_seconds"), inf)


@tagged("-at_install", "post_install")
class TestBlockedChannel(GaugeCase):
    def test_a_failed_job_blocks_a_sequential_channel(self):
        self.configure(capacity=1, sequential=True)
        self.assertEqual(
            self.read("queue_job_channel_blocked"), {"failed": 0, "paused": 0}
        )
        self.end(self.begin(self.delay()), ValueError("broken"))
        self.assertEqual(self.read("queue_job_channel_blocked")["failed"], 1)

    def test_a_failed_job_blocks_no_other_channel(self):
        self.configure(capacity=1)
        self.end(self.begin(self.delay()), ValueError("broken"))
        self.assertEqual(self.read("queue_job_channel_blocked")["failed"], 0)

    def test_a_paused_channel_is_blocked(self):
        self.configure(paused=True)
        self.assertEqual(self.read("queue_job_channel_blocked")["paused"], 1)


@tagged("-at_install", "post_install")
class TestUpgrade(GaugeCase):
    def test_triggers_and_views_are_created_again(self):
        self.env["reliability.job.attempt"]._create_triggers()
        self.env["reliability.job.channel"]._create_views()
        job = self.begin(self.delay())
        self.assertEqual(self.read("queue_job_jobs")["started"], 1)
        self.end(job)
        self.assertEqual(self.attempts(job).outcome, "success")


@tagged("-at_install", "post_install")
class TestConfiguration(JobCase):
    def test_it_is_parsed_as_the_runner_does(self):
        self.assertEqual(
            configured_channels("root:4,edi:1:sequential\nroot.night:2:paused"),
            [
                ("root", 4, False, False),
                ("root.edi", 1, True, False),
                ("root.night", 2, False, True),
            ],
        )

    def test_the_root_has_a_capacity_of_one(self):
        self.assertEqual(
            configured_channels("edi"),
            [("root", 1, False, False), ("root.edi", 1, False, False)],
        )
