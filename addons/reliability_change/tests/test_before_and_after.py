"""A deployment is compared with the week before it, as soon as there are calls."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability_incident.models.incident_fields import INCIDENT

from .measured import BEGIN, WEEK, MeasuredCase, after


@tagged("-at_install", "post_install")
class TestFound(MeasuredCase):
    """After a quarter of an hour of calls."""

    def check(self, **values):
        self.work(BEGIN, after(24), **values)
        self.compare(24)
        return self.found()

    def test_one_more_query_for_each_of_twelve_lines(self):
        self.assertEqual(self.check(queries=97), ["queries"])

    def test_five_percent_of_errors(self):
        self.assertEqual(self.check(failed=1), ["errors"])

    def test_what_is_refused(self):
        self.assertEqual(self.check(rejected=3), ["refusals"])

    def test_thirty_percent_slower(self):
        self.assertEqual(self.check(seconds=1.3), ["duration"])

    def test_failed_calls_are_worse_than_others(self):
        self.assertEqual(self.check(failed=5, queries=340), ["errors", "queries"])

    def test_values_are_those_of_calls(self):
        self.check(queries=340)
        (one,) = self.deployment.finding_ids
        self.assertAlmostEqual(one.before, 85, delta=1)
        self.assertAlmostEqual(one.after, 340, delta=4)
        self.assertAlmostEqual(one.effect, 4, delta=0.1)
        self.assertLess(one.low, one.effect)
        self.assertGreater(one.high, one.effect)
        self.assertEqual((one.calls_after, one.seconds), (15 * 20, 900))
        self.assertEqual((one.since, one.service_id), (after(8), self.service))

    def test_what_is_better_is_shown_and_not_worse(self):
        self.assertEqual(self.check(queries=20), [])
        self.assertEqual(self.deployment.finding_ids.measure, "queries")
        self.assertEqual(self.deployment.worse_count, 0)

    def test_nothing_where_nothing_has_changed(self):
        self.assertEqual(self.check(), [])
        self.assertFalse(self.deployment.finding_ids)
        self.assertEqual(self.deployment.compared, "compared")
        self.assertEqual(self.deployment.compared_operations, 1)

    def test_calls_of_the_restart_do_not_count(self):
        self.work(BEGIN, after(8), seconds=20, failed=10)
        self.work(after(8), after(24))
        self.compare(24)
        self.assertEqual(self.found(), [])

    def test_calls_of_a_company_that_is_left_out_do_not_count(self):
        left_out = self.env["res.company"].create(
            {"name": "No business", "reliability_left_out": True}
        )
        series = self.env["reliability.series"].browse(self._series("left_out"))
        series.company_id = left_out
        self.work(BEGIN - WEEK, BEGIN, operation="left_out")
        self.work(BEGIN, after(24), operation="left_out", failed=10)
        self.assertEqual(self.check(), [])
        self.assertEqual(self.deployment.compared_operations, 1)

    def test_an_outage_before_that_is_over_hides_nothing(self):
        night = after(-60 * 10)
        self.env.cr.execute(
            "DELETE FROM reliability_rollup_minute WHERE start >= %s AND start < %s",
            [night, night + timedelta(hours=8)],
        )
        self.work(night, night + timedelta(hours=8), failed=15)
        self.assertEqual(self.check(failed=1), [])
        self.env["reliability.incident"].create(
            {
                "kind": INCIDENT,
                "service_ids": self.service.ids,
                "began_at": night,
                "detected_at": night,
                "restored_at": night + timedelta(hours=8),
            }
        )
        self.deployment.compared_seconds = 0
        self.compare(24)
        self.assertEqual(self.found(), ["errors"])


@tagged("-at_install", "post_install")
class TestTooFewCalls(MeasuredCase):
    """What is only unknown is not said to be fine."""

    def text(self, minutes):
        with freeze_time(after(minutes)):
            self.deployment.invalidate_recordset(["comparison"])
            return self.deployment.comparison

    def test_of_an_operation(self):
        self.work(BEGIN - WEEK, after(24), "rare", every=60, calls=1)
        self.work(BEGIN, after(24))
        self.compare(24)
        self.assertEqual(self.deployment.too_few_operations, 1)
        self.assertEqual(
            self.text(24),
            "Calls of 1 operation within 15 min since 12:08 are compared with the week"
            " before. 1 operation had too few calls: nothing is known of it.",
        )

    def test_of_an_operation_that_is_not_called_any_more(self):
        self.work(BEGIN - WEEK, BEGIN, "gone")
        self.work(BEGIN, after(24))
        self.compare(24)
        self.assertEqual(self.deployment.too_few_operations, 1)

    def test_of_all_operations(self):
        self.compare(24)
        self.assertEqual(self.deployment.compared, "too_few_calls")
        self.assertIn("Not compared: too few calls", self.text(24))

    def test_a_later_check_has_more(self):
        self.work(BEGIN, after(70), every=10, calls=5, failed=2)
        self.compare(24)
        self.assertEqual(self.deployment.compared, "too_few_calls")
        self.compare(70)
        self.assertEqual(self.deployment.compared, "compared")
        self.assertEqual(self.found(), ["errors"])

    def test_where_minutes_are_deleted(self):
        self.work(BEGIN, after(24), queries=340)
        with freeze_time(BEGIN + 9 * timedelta(days=1)):
            self.deployments._cron_compare()
            self.assertEqual(self.deployment.compared, "not_yet")
            self.assertIn("no numbers are left", self.deployment.comparison)

    def test_a_day_before_is_enough_where_no_more_is_stored(self):
        self.env["ir.config_parameter"].set_param("reliability.minute_rollup_days", "1")
        self.work(BEGIN, after(24), queries=340)
        self.compare(24)
        self.assertEqual(self.found(), ["queries"])
        self.assertLess(self.deployment.finding_ids.calls_before, 20 * 60 * 24)


@tagged("-at_install", "post_install")
class TestChecks(MeasuredCase):
    """Fifteen minutes, an hour and four hours of calls, of one deployment in a run."""

    def setUp(self):
        super().setUp()
        self.work(BEGIN, after(20), queries=340)

    def seconds(self, minutes):
        self.compare(minutes)
        return self.deployment.compared_seconds

    def test_each_when_its_calls_are_there(self):
        self.work(after(20), after(250))
        moments = (23, 24, 60, 69, 100, 249, 300)
        seconds = [self.seconds(minutes) for minutes in moments]
        self.assertEqual(seconds, [0, 900, 900, 3600, 3600, 14400, 14400])

    def test_a_later_one_replaces_what_an_earlier_one_has_found(self):
        self.work(after(20), after(250))
        self.compare(24)
        self.assertEqual(self.found(), ["queries"])
        self.compare(250)
        self.assertEqual(self.found(), [])

    def test_only_the_longest_that_is_due(self):
        self.assertEqual(self.seconds(300), 14400)

    def test_the_newest_deployment_first_and_the_other_in_the_next_run(self):
        newest = self.make_deployment(after(90))
        self.compare(120)
        self.assertTrue(newest.compared_seconds)
        self.assertFalse(self.deployment.compared_seconds)
        self.compare(121)
        self.assertEqual(self.deployment.compared_seconds, 3600)

    def test_a_deployment_that_another_one_follows_soon(self):
        self.make_deployment(after(20))
        self.compare(24)
        self.assertEqual(self.deployment.compared, "followed")
        self.assertIn("another deployment followed", self.deployment.comparison)
        self.assertEqual(self.seconds(300), 0)

    def test_calls_up_to_the_next_deployment_are_compared(self):
        self.make_deployment(after(30), user_id=self.viewer.id)
        self.work(after(20), after(30), queries=340)
        self.compare(29)
        self.compare(300)
        self.compare(301)
        self.assertEqual(self.deployment.compared_seconds, 900)
        self.assertEqual(self.found(), ["queries"])

    def test_hosts_that_follow_later_let_them_begin_again(self):
        self.compare(24)
        self.deployment.end = after(25)
        self.work(after(20), after(44))
        self.compare(42)
        self.assertEqual(self.deployment.compared_since, after(8))
        self.compare(44)
        self.assertEqual(self.deployment.compared_since, after(28))
        self.assertEqual(self.found(), [])

    def test_one_that_nobody_has_seen_is_not_compared(self):
        self.deployment.is_seen = False
        self.assertEqual(self.seconds(300), 0)
        self.assertIn("no server was seen", self.deployment.comparison)

    def test_when_is_said_before(self):
        with freeze_time(after(10)):
            self.assertEqual(
                self.deployment.comparison,
                "Not compared yet: that needs 15 min of calls, until 12:23",
            )
