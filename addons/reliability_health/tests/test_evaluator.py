"""Each minute all services are evaluated, and changes are logged."""

from contextlib import closing
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.sql_db import db_connect
from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import Alert, Backlog, Series
from odoo.addons.reliability.tests.counting import NOON, CountedCase


class EvaluatedCase(CountedCase):
    """A service with counted calls, which is evaluated; nothing else has a status."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.service.status"].search([]).unlink()
        cls.env["reliability.alert.evidence"].search([]).unlink()

    def evaluate_at(self, when):
        """Evaluate all services at a moment, as the scheduled action does."""
        with freeze_time(when):
            self.env["reliability.evaluator"]._cron_evaluate()

    def statuses(self):
        """Return the statuses of the service."""
        return self.env["reliability.service.status"].search(
            [("service_id", "=", self.service.id)]
        )

    def state(self, **where):
        """Return the states of the service: warehouse → state."""
        return {
            status.warehouse or "": status.state
            for status in self.statuses()
            if all(status[name] == value for name, value in where.items())
        }

    def make_alert(self, **values):
        """Create an alert with evidence, as an evaluation does."""
        owner = values.pop("user_id", False)
        evidence = self.env["reliability.alert.evidence"].create(
            {
                "provider": "probe",
                "cause": "broken",
                "service_id": self.service.id,
                "severity": "degraded",
                "is_present": True,
                "opened": NOON,
                "count": 1,
            }
            | values
        )
        return self.env["reliability.alert"].create(
            {"evidence_id": evidence.id, "user_id": owner}
        )

    def trouble(self, begin=NOON, minutes=4):
        """Let most calls fail for some minutes, with an evaluation each minute."""
        for n in range(minutes):
            at = begin + timedelta(minutes=n)
            self.count(at, "success", "failed", "failed", "failed")
            self.evaluate_at(at + timedelta(seconds=30))

    def recovery(self, begin, minutes=12):
        """Let all calls succeed for some minutes, with an evaluation each minute."""
        for n in range(minutes):
            at = begin + timedelta(minutes=n)
            self.count(at, *["success"] * 5)
            self.evaluate_at(at + timedelta(seconds=30))


@tagged("-at_install", "post_install")
class TestServiceStatus(EvaluatedCase):
    def test_fine_if_calls_succeed(self):
        self.count(NOON, "success", "rejected")
        self.evaluate_at(NOON + timedelta(minutes=1))
        self.assertEqual(self.state(), {"WH": "fine"})

    def test_interrupted_with_a_reason_if_most_calls_fail(self):
        self.trouble()
        self.assertEqual(self.state(), {"WH": "interrupted"})
        with freeze_time(NOON + timedelta(minutes=5)):
            text = self.statuses().with_user(self.user).description
        self.assertEqual(text, "probe: 12 of 16 calls have failed since 12:00")

    def test_begins_no_later_than_now_if_the_clock_was_set_back(self):
        self.trouble(NOON + timedelta(days=1))
        self.trouble()
        self.assertEqual(self.state(), {"WH": "interrupted"})
        self.assertEqual(self.statuses().since, NOON + timedelta(seconds=30))
        with freeze_time(NOON + timedelta(minutes=5)):
            text = self.statuses().with_user(self.user).description
        self.assertEqual(text, "probe: 12 of 16 calls have failed since 12:00")

    def test_fine_again_after_the_trouble(self):
        self.trouble()
        self.recovery(NOON + timedelta(minutes=4))
        self.assertEqual(self.state(), {"WH": "fine"})
        self.assertFalse(self.statuses().description)

    def test_a_company_that_is_left_out_has_neither_status_nor_alert(self):
        companies = self.env["res.company"].create([{"name": "A"}, {"name": "B"}])
        business, left_out = companies
        left_out.reliability_left_out = True
        self.service.late_threshold = 30
        provider = self.env.registry["reliability.health.provider"]
        due = NOON - timedelta(days=1)
        late = [Backlog("probes", "probing", n, "", 5, 5, due) for n in companies.ids]
        broken = [
            Alert("probe", "broken", "probing", "degraded", 1, company_id=n)
            for n in companies.ids
        ]
        self.patch(provider, "_backlogs", lambda _self: late)
        self.patch(provider, "_alerts", lambda _self: broken)
        for company in companies:
            self.count(NOON, *["failed"] * 5, company=company.id)
        self.evaluate_at(NOON + timedelta(minutes=1))
        alerts = self.env["reliability.alert.evidence"].search([])
        kinds = {alert.cause for alert in alerts if alert.company_id == business}
        self.assertEqual(kinds, {"broken", "failing", "late"})
        for found in (alerts, self.statuses()):
            self.assertIn(business, found.company_id)
            self.assertNotIn(left_out, found.company_id)

    def test_alerts_of_a_company_that_is_left_out_explain_nothing(self):
        left_out = self.env["res.company"].create({"name": "No business"})
        left_out.reliability_left_out = True
        explaining = Alert(
            "probe",
            "broken",
            "probing",
            "interrupted",
            1,
            company_id=left_out.id,
            values={"explains": ["probe"]},
        )
        provider = self.env.registry["reliability.health.provider"]
        self.patch(provider, "_alerts", lambda _self: [explaining])
        self.count(NOON, *["failed"] * 5)
        self.evaluate_at(NOON + timedelta(minutes=1))
        (alert,) = self.env["reliability.alert.evidence"].search(
            [("service_id", "=", self.service.id)]
        )
        self.assertEqual((alert.cause, alert.company_id), ("failing", self.env.company))

    def test_its_findings_take_no_search_for_a_root_cause(self):
        left_out = self.env["res.company"].create({"name": "No business"})
        left_out.reliability_left_out = True
        searched = []
        self.patch(
            self.env.registry["reliability.diagnosis"],
            "_find_root_cause",
            lambda _self, _observation, key, _now: searched.append(key.company_id),
        )
        for company in (self.env.company, left_out):
            self.count(NOON, *["failed"] * 5, company=company.id)
        self.evaluate_at(NOON + timedelta(minutes=1))
        self.assertEqual(searched, [self.env.company.id])

    def test_before_the_upgrade_of_a_database_services_are_evaluated(self):
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE res_company RENAME reliability_left_out TO not_there_yet"
        )
        self.registry.clear_cache()
        self.trouble()
        self.assertEqual(self.state(), {"WH": "interrupted"})

    def test_warehouses_and_companies_have_their_own_status(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.count(NOON, *["failed"] * 5, warehouse="A")
        self.count(NOON, *["success"] * 5, warehouse="B")
        self.count(NOON, *["success"] * 5, warehouse="A", company=other.id)
        for seconds in (30, 90):
            self.evaluate_at(NOON + timedelta(seconds=seconds))
        ours = self.state(company_id=self.env.company)
        self.assertEqual(ours, {"A": "interrupted", "B": "fine"})
        self.assertEqual(self.state(company_id=other), {"A": "fine"})

    def test_an_operation_may_have_its_own_thresholds(self):
        operation = self.make_operation(slow_threshold=0.9)
        self.service.slow_threshold = 0.5
        self.count(NOON, *["success"] * 4, seconds=9)
        self.count(NOON, "success")
        for seconds in (30, 90):
            self.evaluate_at(NOON + timedelta(seconds=seconds))
        self.assertEqual(self.state(), {"WH": "fine"}, "80 % are slow")
        operation.slow_threshold = 0
        for seconds in (120, 180):
            self.evaluate_at(NOON + timedelta(seconds=seconds))
        self.assertEqual(
            self.state(), {"WH": "degraded"}, "the threshold of the service"
        )

    def test_no_data_without_calls(self):
        self.count(NOON, "success")
        self.evaluate_at(NOON + timedelta(minutes=1))
        self.evaluate_at(NOON + timedelta(minutes=30))
        self.assertEqual(self.state(), {"WH": "no_data"})

    def test_silence_of_a_usual_operation_while_others_are_called_is_degraded(self):
        for weeks in (1, 2, 3):
            for hour in (11, 12):
                then = NOON - timedelta(weeks=weeks) + timedelta(hours=hour - 12)
                self.count(then, *["success"] * 12)
        self.count(NOON + timedelta(minutes=35), "success", operation="other")
        for minutes in (40, 41):
            self.evaluate_at(NOON + timedelta(minutes=minutes))
        self.assertEqual(self.state(), {"WH": "degraded"})
        text = self.statuses().description
        self.assertIn("probe: no call since", text)
        self.assertIn("usually 12 an hour", text)

    def test_usual_calls_follow_local_time_across_a_clock_change(self):
        """At eight in Berlin: 6:00 UTC until October 25, 7:00 UTC since then."""
        self.env["res.partner"].search([]).tz = "Europe/Berlin"
        monday = datetime(2026, 10, 26, 7)
        for weeks in (1, 2, 3):
            for hour in (-1, 0):
                then = monday - timedelta(weeks=weeks, hours=1 - hour)
                self.count(then, *["success"] * 12)
        usual = {}
        for hour in (-1, 0):
            now = monday + timedelta(hours=hour, minutes=40)
            found = self.env["reliability.evaluator"]._usual_calls(now, ("operation",))
            usual[hour] = found.get(("probe",))
        self.assertEqual(usual, {-1: None, 0: 12})

    def test_silence_on_a_holiday_is_no_finding(self):
        for weeks in (1, 2, 3):
            for hour in (11, 12):
                then = NOON - timedelta(weeks=weeks) + timedelta(hours=hour - 12)
                self.count(then, *["success"] * 12)
        for minutes in (40, 41):
            self.evaluate_at(NOON + timedelta(minutes=minutes))
        self.assertFalse(self.state())

    def test_backlogs_are_stored_and_late_ones_degrade_beyond_the_threshold(self):
        oldest = NOON - timedelta(hours=2)
        backlog = Backlog("x", "probing", self.env.company.id, "WH", 9, 4, oldest)
        provider = type(self.env["reliability.health.provider"])
        with patch.object(provider, "_backlogs", lambda _self: [backlog]):
            for minutes in (1, 2):
                self.evaluate_at(NOON + timedelta(minutes=minutes))
            self.assertEqual(self.state(), {"WH": "no_data"})
            self.assertEqual(self.statuses().backlogs["x"]["count"], 9)
            self.service.late_threshold = 60
            for minutes in (3, 4):
                self.evaluate_at(NOON + timedelta(minutes=minutes))
        self.assertEqual(self.state(), {"WH": "degraded"})
        self.assertIn("Probing: 4 of 9 are late", self.statuses().description)

    def test_requests_concern_the_whole_database_and_all_viewers(self):
        labels = "/web/probe", "GET", "500", "KeyError", "platform"
        series = Series("http", self.env.cr.dbname, labels, 1.0)
        self.record(series, NOON, *["failed"] * 5)
        for seconds in (30, 90):
            self.evaluate_at(NOON + timedelta(seconds=seconds))
        platform = self.env["reliability.service.status"].with_user(self.user)
        platform = platform.search([("service_id.code", "=", "platform")])
        self.assertEqual(platform.state, "interrupted")


@tagged("-at_install", "post_install")
class TestPeriod(EvaluatedCase):
    """The numbers of a sentence are of the time that it names."""

    def description(self, minutes):
        with freeze_time(NOON + timedelta(minutes=minutes)):
            status = self.statuses().filtered(lambda one: one.state != "no_data")
            return status.with_user(self.user).description

    def late(self, late, oldest, **values):
        """Return what patches the only backlog: four transfers."""
        backlog = Backlog(
            "x", "probing", self.env.company.id, "WH", 4, late, oldest, **values
        )
        provider = type(self.env["reliability.health.provider"])
        return patch.object(provider, "_backlogs", lambda _self: [backlog])

    def test_calls_before_the_first_failure_are_not_counted(self):
        self.count(NOON - timedelta(minutes=9), *["success"] * 4)
        self.trouble()
        self.assertEqual(
            self.description(4), "probe: 12 of 16 calls have failed since 12:00"
        )

    def test_calls_of_a_long_trouble_are_all_counted(self):
        self.count(NOON, *["failed"] * 9, warehouse="OTHER")
        self.count(NOON, *["success"] * 9, operation="other")
        self.trouble(minutes=70)
        self.service.status_ids.filtered(lambda one: one.warehouse == "OTHER").unlink()
        self.assertEqual(
            self.description(70), "probe: 210 of 280 calls have failed since 12:00"
        )

    def test_requests_are_counted_as_one_service(self):
        for minute in range(30):
            at = NOON + timedelta(minutes=minute)
            for route in ("/one", "/two"):
                labels = route, "GET", "500", "KeyError", "probing"
                series = Series("http", self.env.cr.dbname, labels, 1.0)
                self.record(series, at, "failed")
            self.evaluate_at(at + timedelta(seconds=30))
        self.assertEqual(
            self.description(30), "Probing: 60 of 60 requests have failed since 12:00"
        )

    def test_the_first_of_the_late_is_one_of_the_counted(self):
        self.service.late_threshold = 60
        for minute, hours in ((1, 9), (2, 9), (3, 10)):
            with self.late(1, NOON.replace(hour=hours)):
                self.evaluate_at(NOON + timedelta(minutes=minute))
        self.assertEqual(self.description(4), "Probing: 1 of 4 is late, since 10:00")


@tagged("-at_install", "post_install")
class TestLastEvaluation(EvaluatedCase):
    def test_the_time_of_the_last_evaluation_is_stored(self):
        evaluator = self.env["reliability.evaluator"]
        for minutes in (1, 2):
            self.evaluate_at(NOON + timedelta(minutes=minutes))
            self.assertEqual(evaluator._last(), NOON + timedelta(minutes=minutes))

    def test_storing_it_empties_no_cache(self):
        self.evaluate_at(NOON)
        registry = type(self.env.registry)
        with patch.object(registry, "clear_cache") as clear_cache:
            self.env["reliability.evaluator"]._set_last(NOON)
        clear_cache.assert_not_called()


@tagged("-at_install", "post_install")
class TestTwoAtOnce(EvaluatedCase):
    """Of two evaluations at once, one evaluates, and the other one does not wait."""

    def setUp(self):
        super().setUp()
        self.evaluator = self.env["reliability.evaluator"]
        database = db_connect(self.env.cr.dbname)  # other connections than the test's
        self.cursors = [self.enterContext(closing(database.cursor())) for _n in "12"]

    def take_turn(self, cr):
        return self.evaluator.with_env(self.env(cr=cr))._take_turn()

    def test_the_second_one_does_not_evaluate(self):
        first, second = self.cursors
        self.assertTrue(self.take_turn(first))
        self.assertFalse(self.take_turn(second))
        with patch.object(type(self.evaluator), "_run") as run:
            self.evaluator._cron_evaluate()
        run.assert_not_called()
        first.rollback()
        self.assertTrue(self.take_turn(second))

    def test_nor_does_one_that_began_before_the_first_has_ended(self):
        first, second = self.cursors
        second.execute("SELECT 1")
        self.assertTrue(self.take_turn(first))
        first.commit()
        self.assertFalse(self.take_turn(second))
        second.rollback()
        self.assertTrue(self.take_turn(second))


@tagged("-at_install", "post_install")
class TestLog(EvaluatedCase):
    def test_the_log_of_a_service_names_no_company_or_warehouse(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, company=other.id, warehouse="SECRET")
            self.evaluate_at(at + timedelta(seconds=30))
        log = " ".join(self.service.message_ids.mapped("body"))
        self.assertIn("Probing: Interrupted", log)
        self.assertNotIn("SECRET", log)


@tagged("-at_install", "post_install")
class TestThresholds(EvaluatedCase):
    def test_thresholds_are_shares(self):
        with self.assertRaisesRegex(ValidationError, "0 to 100"):
            self.service.failing_threshold = 5
