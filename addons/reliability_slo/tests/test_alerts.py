"""A budget that is used up too fast, or spent, is an alert with its numbers."""

from odoo.tests import freeze_time, tagged

from .test_counting import DAY, HOUR, MINUTE, NOON, ObjectiveCase


class AlertCase(ObjectiveCase):
    """A service with a usual day of 1,440 calls behind it."""

    def setUp(self):
        super().setUp()
        self.env["reliability.alert.evidence"].search([]).unlink()
        self.fake_last_polls()
        for hour in range(1, 25):
            self.count(NOON - hour * HOUR, *["success"] * 60)

    def evaluate(self, when, last_poll=None):
        self.last_polls["one"] = last_poll or when
        with freeze_time(when):
            self.env["reliability.slo"]._advance(when)
            alerts = self.env["reliability.health.provider"]._alerts()
        mine = [alert for alert in alerts if alert.provider == "slo"]
        self.found = {alert.cause: alert for alert in mine}
        return set(self.found)

    def count_failures(self, when, failed, all_calls=60):
        outcomes = ["failed"] * failed + ["success"] * (all_calls - failed)
        self.count(when, *outcomes)


@tagged("-at_install", "post_install")
class TestBurningBudget(AlertCase):
    def test_an_outage_is_to_be_acted_on_at_once(self):
        for minute in range(10):
            self.count_failures(NOON + minute * MINUTE, 60)
        self.assertIn("fast_burn", self.evaluate(NOON + 10 * MINUTE))
        alert = self.found["fast_burn"]
        self.assertEqual((alert.severity, alert.count), ("degraded", 600))
        self.assertEqual(alert.since, NOON + 10 * MINUTE)

    def test_a_slow_burn_is_information(self):
        for hour in range(16):
            self.count_failures(NOON + hour * HOUR, 3)
        self.evaluate(NOON + 15 * HOUR + MINUTE)
        self.assertEqual(self.found["slow_burn"].severity, "information")
        self.assertNotIn("fast_burn", self.found)

    def test_one_failure_at_night_alerts_nobody(self):
        self.evaluate(NOON + MINUTE)
        self.count(NOON + 10 * HOUR, "failed")
        self.assertEqual(self.evaluate(NOON + 10 * HOUR + MINUTE), set())

    def test_it_ends_soon_after_the_trouble(self):
        for minute in range(10):
            self.count_failures(NOON + minute * MINUTE, 60)
        self.evaluate(NOON + 10 * MINUTE)
        for minute in range(10, 45):
            self.count_failures(NOON + minute * MINUTE, 0)
        self.assertNotIn("fast_burn", self.evaluate(NOON + 45 * MINUTE))

    def test_it_begins_once_and_keeps_its_begin(self):
        for minute in range(12):
            self.count_failures(NOON + minute * MINUTE, 60)
            self.evaluate(NOON + (minute + 1) * MINUTE)
        self.assertEqual(self.found["fast_burn"].since, NOON + MINUTE)

    def test_it_says_how_much_failed_and_what_is_left(self):
        for minute in range(3):
            self.count_failures(NOON + minute * MINUTE, 30)
        self.evaluate(NOON + 3 * MINUTE)
        provider = self.env["reliability.health.provider"]
        text = provider._describe_alert(self.found["fast_burn"]).text
        self.assertIn("90 of 240 failed within 1 h", text)
        self.assertIn("the goal is 99 %", text)

    def test_a_spent_budget_is_information(self):
        self.count_failures(NOON, 60)
        self.assertIn("spent", self.evaluate(NOON + MINUTE))
        self.assertEqual(self.found["spent"].severity, "information")


@tagged("-at_install", "post_install")
class TestNoDataIsNoRecovery(AlertCase):
    def setUp(self):
        super().setUp()
        for minute in range(10):
            self.count_failures(NOON + minute * MINUTE, 60)
        self.evaluate(NOON + 10 * MINUTE)

    def test_an_alert_stays_while_nothing_is_delivered(self):
        silent = self.evaluate(NOON + 3 * HOUR, last_poll=NOON + 10 * MINUTE)
        self.assertIn("fast_burn", silent)

    def test_an_alert_stays_while_nothing_happens(self):
        self.assertIn("fast_burn", self.evaluate(NOON + 3 * HOUR))

    def test_it_ends_with_the_first_calls_that_succeed(self):
        self.evaluate(NOON + 3 * HOUR)
        self.count_failures(NOON + 3 * HOUR, 0)
        self.assertNotIn("fast_burn", self.evaluate(NOON + 3 * HOUR + MINUTE))


@tagged("-at_install", "post_install")
class TestObjectivesThatStandStill(AlertCase):
    def contributed(self, now):
        """Return provider and cause of each alert of addons at a time."""
        alerts = self.env["reliability.evaluator"]._contributed(now)
        return [one[:2] for one in alerts]

    def test_an_alert_says_so(self):
        self.evaluate(NOON)
        self.assertIn(("slo", "unevaluated"), self.contributed(NOON + 6 * MINUTE))

    def test_there_is_none_for_an_evaluation_that_is_late(self):
        """What happened before is evaluated later, as of then."""
        self.evaluate(NOON)
        with freeze_time(NOON + DAY):
            found = self.contributed(NOON + MINUTE)
        self.assertNotIn(("slo", "unevaluated"), found)

    def test_there_is_one_where_the_alerts_of_an_addon_are_those_of_before(self):
        def broken(_self):
            raise ValueError("broken")

        self.evaluate(NOON)
        evaluator = self.env["reliability.evaluator"]
        alerts = evaluator._contributed(NOON + 6 * MINUTE)
        self.env["reliability.alert"]._update(alerts, NOON + 6 * MINUTE)
        self.patch(type(self.env["reliability.health.provider"]), "_alerts", broken)
        logger = "odoo.addons.reliability_health.models.reliability_evaluator"
        with self.assertLogs(logger, "ERROR"):
            found = self.contributed(NOON + 7 * MINUTE)
        self.assertEqual(found.count(("slo", "unevaluated")), 1)

    def test_an_error_stops_no_other_evaluation(self):
        def broken(_self, _now):
            raise ValueError("broken")

        self.patch(type(self.env["reliability.slo"]), "_advance", broken)
        logger = "odoo.addons.reliability_slo.models.reliability_evaluator"
        with freeze_time(NOON + DAY), self.assertLogs(logger, "ERROR"):
            self.env["reliability.evaluator"]._run(NOON + DAY)
        self.assertEqual(self.env["reliability.evaluator"]._last(), NOON + DAY)
