"""Who looks at the cockpit is told what jobs wait for, and nothing else."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.queue_job.exception import FailedJobError, RetryableJobError

from .common import JobCase

CHANNEL = "root.probe"


def ago(minutes):
    """Return when that was, and some seconds more, as SQL."""
    since = "clock_timestamp() AT TIME ZONE 'UTC' - %s * interval '1 s'"
    return SQL(since, 60 * minutes + 10)


class SituationCase(JobCase):
    def setUp(self):
        super().setUp()
        self.situation = self.env["reliability.health.provider"]
        # Other tests leave jobs there.
        self.env.cr.execute("DELETE FROM queue_job")
        self.env.cr.execute("DELETE FROM reliability_job_attempt")
        lives = patch.object(type(self.situation), "_runner_alive", lambda _self: True)
        self.runner_lives = lives.start()
        self.addCleanup(lives.stop)

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

    def attention(self, user=None):
        """Return what somebody should act on: key → item."""
        self.env.flush_all()
        situation = self.situation.with_user(user) if user else self.situation
        items = situation._job_alerts(situation._scope(0))
        return {item.key: item for item in items}

    def only(self, user=None):
        """Return the only item that there is."""
        (item,) = self.attention(user).values()
        return item

    def opened(self, item):
        """Return the jobs that an item opens."""
        return self.env["queue.job"].search(item.action["domain"])


@tagged("-at_install", "post_install")
class TestNothingIsBegun(SituationCase):
    def test_nothing_waits(self):
        self.assertFalse(self.attention())

    def test_what_has_just_been_made_is_no_trouble(self):
        self.delay()
        with self.without_runner():
            self.assertFalse(self.attention())

    def without_runner(self):
        return patch.object(type(self.situation), "_runner_alive", lambda _self: False)

    def test_the_runner_is_dead(self):
        jobs = [self.delay(waits=20), self.delay(waits=3)]
        with self.without_runner():
            item = self.only()
        self.assertEqual((item.key, item.state), ("jobs_runner", "interrupted"))
        self.assertIn("2 jobs wait, the first for 20 min", item.text)
        self.assertEqual(len(self.opened(item)), len(jobs))

    def test_one_of_a_sequence_has_failed(self):
        self.configure(sequential=True)
        job = self.failed(ValueError("broken"))
        self.delay(waits=2)
        item = self.only()
        self.assertEqual(item.key, f"jobs_blocked_{CHANNEL}")
        self.assertIn("1 job waits in the channel probe, for 2 min", item.text)
        self.assertEqual(self.opened(item), self.row(job))

    def test_one_of_a_sequence_has_failed_and_none_follows(self):
        self.configure(sequential=True)
        self.failed(ValueError("broken"))
        self.assertEqual(self.only().key, "jobs_failed")

    def test_it_blocks_the_channels_below_too(self):
        self.configure(sequential=True)
        self.failed(ValueError("broken"))
        self.delay(waits=2, channel=f"{CHANNEL}.below")
        self.assertEqual(self.only().key, f"jobs_blocked_{CHANNEL}")

    def test_a_channel_is_paused(self):
        self.configure(paused=True)
        self.delay(waits=2)
        self.assertEqual(self.only().key, f"jobs_paused_{CHANNEL}")

    def test_no_worker_begins_any(self):
        self.delay(waits=20)
        self.assertEqual(self.only().key, "jobs_stalled")

    def test_a_worker_has_just_ended_one(self):
        self.delay(waits=20)
        self.end(self.begin(self.delay()))
        self.assertFalse(self.attention())

    def test_what_is_to_run_later_waits_for_nobody(self):
        self.delay(waits=20, eta=3600)
        self.assertFalse(self.attention())


@tagged("-at_install", "post_install")
class TestJobsInTrouble(SituationCase):
    """What is to be done depends on how they failed."""

    def test_refused(self):
        self.assert_trouble(self.failed(UserError("no")), "refused")

    def test_put_off_as_often_as_it_may_be(self):
        job = self.failed(FailedJobError("Max. retries (1) reached"), max_retries=1)
        self.set(job, retry=1)
        self.assert_trouble(job, "exhausted")

    def test_its_workers_died(self):
        job = self.begin(self.delay())
        self.find_dead(job, state="failed", exc_name="JobFoundDead")
        self.assert_trouble(job, "died")

    def test_failed_otherwise(self):
        self.assert_trouble(self.failed(ValueError("broken")), "failed")

    def test_tried_more_often_than_it_may_be(self):
        job = self.delay(max_retries=2)
        for _number in range(3):
            job = self.begin(job)
            self.end(job, RetryableJobError("in the way"), again=True)
            self.set(job, eta=None)
        self.set(job, reliability_since=ago(0))
        self.assert_trouble(job, "looping")

    def test_tried_as_often_as_it_may_be(self):
        job = self.delay(max_retries=2)
        for _number in range(2):
            job = self.begin(job)
            self.end(job, RetryableJobError("later"), again=True)
        self.assertFalse(self.attention())

    def run_for(self, minutes):
        job = self.begin(self.delay())
        self.set(job, reliability_started=ago(minutes))
        return job

    def test_nobody_knows_yet_how_long_it_usually_takes(self):
        self.run_for(50)
        self.assertFalse(self.attention())
        self.assert_trouble(self.run_for(70), "long")

    def test_it_usually_takes_an_instant(self):
        for _number in range(10):
            self.end(self.begin(self.delay()))
        self.assert_trouble(self.run_for(2), "long")

    def test_it_always_takes_so_long(self):
        for _number in range(10):
            self.end(self.run_for(80))
        self.run_for(100)
        self.assertFalse(self.attention())

    def assert_trouble(self, job, trouble):
        item = self.only()
        self.assertEqual(item.key, f"jobs_{trouble}")
        self.assertTrue(item.text.startswith("1 job "), item.text)
        self.assertEqual(self.opened(item), self.row(job))
        self.assertEqual(self.row(job).reliability_problem, trouble)


@tagged("-at_install", "post_install")
class TestWhoIsTold(SituationCase):
    def viewer(self, company, groups="reliability.group_viewer"):
        return new_test_user(
            self.env,
            f"viewer of {company.id}",
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_only_of_ones_own_companies(self):
        self.failed(ValueError("broken"))
        other = self.env["res.company"].create({"name": "Another"})
        self.assertFalse(self.attention(self.viewer(other)))
        item = self.only(self.viewer(self.env.company))
        self.assertFalse(item.can_act or item.action)

    def test_jobs_of_no_company_are_for_administrators(self):
        self.set(self.failed(ValueError("broken")), company_id=None)
        self.assertFalse(self.attention(self.viewer(self.env.company)))
        self.assertTrue(self.attention(self.env.ref("base.user_admin")))

    def test_the_service_knows_what_waits(self):
        self.delay(waits=20)
        self.delay()
        self.env.flush_all()
        (waiting,) = (
            of
            for of in self.situation._backlogs()
            if of.kind == "jobs" and of.company_id == self.env.company.id
        )
        self.assertEqual((waiting.service, waiting.count), ("background_work", 2))
        self.assertEqual(waiting.late, 1)
        scope, numbers = self.situation._scope(0), waiting[4:7]
        text, action = self.situation._describe_backlog("jobs", scope, *numbers)
        self.assertEqual(text, "2 jobs wait for a worker, the first for 20 min")
        self.assertEqual(len(self.env["queue.job"].search(action["domain"])), 2)
