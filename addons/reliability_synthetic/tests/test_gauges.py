"""Journeys on /metrics, as of their last run."""

from odoo import fields
from odoo.tests import tagged

from .journeys import NOON, JourneyCase, failed, passed

LABELS = ("probed_order", "odoo")


@tagged("-at_install", "post_install")
class TestGauges(JourneyCase):
    def setUp(self):
        super().setUp()
        # Views read the clock of the database.
        self.env.cr.execute("SELECT now() AT TIME ZONE 'UTC'")
        self.database_now = self.env.cr.fetchone()[0].replace(microsecond=0)

    def ran_ago(self, minutes, *attempts, **values):
        run = self.ran(0, *attempts, **values)
        run.started_at = fields.Datetime.subtract(self.database_now, minutes=minutes)

    def read(self, name):
        """Return labels → value."""
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM reliability_gauge_synthetic_{name}")
        return {tuple(labels): value for *labels, value in self.env.cr.fetchall()}

    def test_the_last_run_that_has_ended(self):
        self.ran_ago(10, failed(seconds=9))
        self.ran_ago(5, failed(), passed(seconds=1.5))
        self.runs._begin(self.journey).started_at = self.database_now
        self.assertEqual(self.read("success"), {LABELS: 1})
        self.assertEqual(self.read("duration_seconds"), {LABELS: 1.5})
        self.assertAlmostEqual(self.read("last_run_age_seconds")[LABELS], 300, delta=2)

    def test_the_steps_of_its_final_attempt(self):
        self.ran_ago(5, failed(), passed())
        self.assertEqual(
            self.read("step_duration_seconds"),
            {
                (*LABELS, step): 0.125
                for step in ("quotation", "confirm", "reserve", "validate")
            },
        )

    def test_one_that_failed_and_the_last_that_has_passed(self):
        self.ran_ago(10, passed())
        self.ran_ago(5, failed())
        self.assertEqual(self.read("success"), {LABELS: 0})
        found = self.read("last_success_age_seconds")
        self.assertAlmostEqual(found[LABELS], 600, delta=2)

    def test_one_that_has_never_passed(self):
        self.ran_ago(5, failed())
        found = self.read("last_success_age_seconds")
        self.assertEqual(found, {LABELS: float("inf")})

    def test_each_place_has_its_own(self):
        self.ran_ago(5, passed())
        self.ran_ago(5, failed(), place="frankfurt")
        self.assertEqual(
            self.read("success"), {LABELS: 1, ("probed_order", "frankfurt"): 0}
        )

    def test_of_two_that_began_at_once_the_later_one(self):
        self.ran_ago(5, failed())
        self.ran_ago(5, passed())
        self.assertEqual(self.read("success"), {LABELS: 1})

    def test_all_of_its_other_runs_are_not_read(self):
        for place in ("frankfurt", "oslo"):
            run = self.ran(0, passed(), place=place)
            run.certificate_not_after = NOON
            self.env.flush_all()
            self.env.cr.execute(
                "INSERT INTO reliability_synthetic_run"
                " (journey_id, place, state, started_at, certificate_not_after)"
                " SELECT journey_id, place, state, %s - number * interval '1 minute',"
                " certificate_not_after FROM reliability_synthetic_run,"
                " generate_series(1, 500) AS number WHERE id = %s",
                [self.database_now, run.id],
            )
        self.env.cr.execute("ANALYZE reliability_synthetic_run")
        # As in a table that is large.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for name in ("success", "ssl_earliest_cert_expiry"):
            self.assertEqual(len(self.read(name)), 2)
            self.assertLess(self.runs_that_are_read(name), 20, name)

    def runs_that_are_read(self, name):
        """Return how many rows of runs the view of a gauge reads."""
        self.env.cr.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON)"
            f" SELECT * FROM reliability_gauge_synthetic_{name}"
        )
        ((plan,),) = self.env.cr.fetchall()
        return sum(
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
            * node["Actual Loops"]
            for node in _nodes(plan[0]["Plan"])
            if node.get("Relation Name") == "reliability_synthetic_run"
        )

    def test_a_journey_that_stands_still_has_not_passed_and_takes_no_time(self):
        self.ran_ago(60, passed())
        self.journey.is_scheduled = True
        self.journey.next_run_at = self.database_now
        self.assertEqual(self.read("success"), {LABELS: 1})  # outside working hours
        self.journey.next_run_at = fields.Datetime.subtract(
            self.database_now, minutes=17
        )
        self.assertEqual(self.read("success"), {LABELS: 0})
        for name in ("duration_seconds", "step_duration_seconds"):
            self.assertEqual(self.read(name), {}, name)
        self.assertEqual(self.read("last_run_age_seconds").keys(), {LABELS})

    def test_one_that_is_switched_on_has_them_however_old_its_last_run_is(self):
        self.ran_ago(8 * 24 * 60, failed())
        self.assertEqual(self.read("success"), {})
        self.journey.is_scheduled = True
        self.assertEqual(self.read("success"), {LABELS: 0})

    def test_without_a_run_and_archived_there_is_none(self):
        self.assertEqual(self.read("success"), {})
        self.ran_ago(5, passed())
        self.journey.active = False
        self.assertEqual(self.read("success"), {})


def _nodes(plan):
    """Yield all nodes of a plan."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
