"""What the queue is like, as /metrics tells it."""

from math import inf

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.reliability.collector import gauges
from odoo.addons.reliability.tests.clocks import LIMIT

from ..models.reliability_job_channel import configured
from .common import JobCase

CHANNEL = "root.probe"


class FactCase(JobCase):
    def told(self, name, db_prefix=""):
        """Return what a fact tells of the channel that these tests are in.

        :return: the number; where there are more labels, their values → the number
        """
        self.env.flush_all()
        cr = self.env.cr._obj
        view = f"{gauges.PREFIX}{db_prefix}{name}"
        fact = gauges.tell(cr, view, dict(gauges.views(cr))[view])
        found = {
            labels[1:]: value for labels, value in fact.samples if labels[0] == CHANNEL
        }
        return found[()] if list(found) == [()] else {k[0]: v for k, v in found.items()}

    def configure(self, capacity=2, sequential=False, paused=False):
        self.env.cr.execute(
            "INSERT INTO reliability_job_channel"
            " (name, capacity, is_sequential, is_paused) VALUES (%s, %s, %s, %s)",
            [CHANNEL, capacity, sequential, paused],
        )

    def delay(self, **options):
        return super().delay(channel=CHANNEL, **options)


@tagged("-at_install", "post_install")
class TestWhatWaits(FactCase):
    def test_it_is_told_also_where_there_is_nothing(self):
        self.configure()
        self.assertEqual(set(self.told("queue_job_jobs").values()), {0})
        for name in (
            "queue_job_eligible",
            "queue_job_oldest_eligible_age_seconds",
            "queue_job_time_to_clear_seconds",
        ):
            self.assertEqual(self.told(name), 0)
        for name in ("pending", "running", "failed", "waiting_dependencies"):
            self.assertEqual(self.told(f"queue_job_channel_{name}", "_"), 0)
        self.assertEqual(self.told("queue_job_dead_jobs_requeued_total", "_"), 0)
        self.assertEqual(self.told("queue_job_channel_capacity", "_"), 2)

    def test_jobs_by_state(self):
        self.delay()
        self.begin(self.delay())
        self.end(self.begin(self.delay()), ValueError("broken"))
        self.end(self.begin(self.delay()))
        self.assertEqual(
            self.told("queue_job_jobs"),
            {
                "wait_dependencies": 0,
                "pending": 1,
                "enqueued": 0,
                "started": 1,
                "failed": 1,
            },
        )

    def test_what_is_to_run_later_does_not_wait(self):
        self.delay(eta=3600)
        self.assertEqual(self.told("queue_job_eligible"), 0)
        self.assertEqual(self.told("queue_job_oldest_eligible_age_seconds"), 0)

    def test_for_how_long_the_oldest_waits(self):
        since = SQL("clock_timestamp() AT TIME ZONE 'UTC' - interval '1 hour'")
        self.set(self.delay(), reliability_since=since)
        self.delay()
        self.assertEqual(self.told("queue_job_eligible"), 2)
        age = self.told("queue_job_oldest_eligible_age_seconds")
        self.assertAlmostEqual(age, 3600, delta=LIMIT)

    def test_jobs_of_a_channel_run_in_those_above_it_too(self):
        self.begin(JobCase.delay(self, channel=f"{CHANNEL}.below"))
        self.begin(self.delay())
        self.begin(JobCase.delay(self, channel=f"{CHANNEL}s"))
        self.assertEqual(self.told("queue_job_channel_running", "_"), 2)

    def test_a_channel_without_a_limit(self):
        self.configure(capacity=0)
        self.assertEqual(self.told("queue_job_channel_capacity", "_"), inf)

    def test_dead_jobs_are_counted(self):
        self.find_dead(self.begin(self.delay()))
        self.assertEqual(self.told("queue_job_dead_jobs_requeued_total", "_"), 1)


@tagged("-at_install", "post_install")
class TestTimeToClear(FactCase):
    def test_never_where_nothing_is_done(self):
        self.delay()
        self.assertEqual(self.told("queue_job_time_to_clear_seconds"), inf)

    def test_at_the_rate_of_the_last_minutes(self):
        for _number in range(10):
            self.end(self.begin(self.delay()))
        self.env.cr.execute(
            "UPDATE reliability_job_attempt SET ended = %(now)s - interval '1 min',"
            " started = %(now)s - interval '100 s' WHERE channel = %(channel)s",
            {"now": self.env.cr.now(), "channel": CHANNEL},
        )
        for _number in range(5):
            self.delay()
        self.assertAlmostEqual(self.told("queue_job_time_to_clear_seconds"), 50, 0)

    def test_a_try_that_another_follows_clears_nothing(self):
        self.find_dead(self.begin(self.delay()))
        self.assertEqual(self.told("queue_job_time_to_clear_seconds"), inf)


@tagged("-at_install", "post_install")
class TestABlockedChannel(FactCase):
    def test_one_of_a_sequence_has_failed(self):
        self.configure(capacity=1, sequential=True)
        self.assertEqual(
            self.told("queue_job_channel_blocked"), {"failed": 0, "paused": 0}
        )
        self.end(self.begin(self.delay()), ValueError("broken"))
        self.assertEqual(self.told("queue_job_channel_blocked")["failed"], 1)

    def test_failed_jobs_are_in_nobodys_way_elsewhere(self):
        self.configure(capacity=1)
        self.end(self.begin(self.delay()), ValueError("broken"))
        self.assertEqual(self.told("queue_job_channel_blocked")["failed"], 0)

    def test_it_is_paused(self):
        self.configure(paused=True)
        self.assertEqual(self.told("queue_job_channel_blocked")["paused"], 1)


@tagged("-at_install", "post_install")
class TestAnUpgrade(FactCase):
    def test_makes_all_of_it_again(self):
        self.env["reliability.job.attempt"]._create_triggers()
        self.env["reliability.job.channel"]._create_views()
        job = self.begin(self.delay())
        self.assertEqual(self.told("queue_job_jobs")["started"], 1)
        self.end(job)
        self.assertEqual(self.attempts(job).outcome, "success")


@tagged("-at_install", "post_install")
class TestConfiguration(JobCase):
    def test_it_is_read_as_the_runner_does(self):
        self.assertEqual(
            configured("root:4,edi:1:sequential\nroot.night:2:paused"),
            [
                ("root", 4, False, False),
                ("root.edi", 1, True, False),
                ("root.night", 2, False, True),
            ],
        )

    def test_the_root_has_room_for_one(self):
        self.assertEqual(
            configured("edi"),
            [("root", 1, False, False), ("root.edi", 1, False, False)],
        )
