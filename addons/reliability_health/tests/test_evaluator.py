"""Each minute all services are evaluated, and people are notified of changes, once."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import Backlog, Series
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

    def activities(self):
        return self.env["mail.activity"].search([("user_id", "=", self.user.id)])

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
class TestNotifications(EvaluatedCase):
    def test_one_activity_for_the_owner_done_after_the_trouble(self):
        self.trouble(minutes=8)
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.summary, "Probing: Interrupted")
        self.assertIn("have failed since", activity.note)
        self.recovery(NOON + timedelta(minutes=8))
        self.assertFalse(self.activities(), "it is done")

    def test_mail_and_chat_if_the_service_has_them_enabled(self):
        self.service.write({"notify_by_mail": True, "notify_by_chat": True})
        mails, messages = self.env["mail.mail"], self.env["mail.message"]
        about = [("subject", "=like", "Probing:%")]
        chat = [("body", "ilike", "Probing: "), ("model", "=", "discuss.channel")]
        self.trouble(minutes=8)
        self.assertEqual(
            mails.search(about).mapped("email_to"), [self.user.email_formatted]
        )
        self.assertEqual(len(messages.search(chat)), 1)
        self.recovery(NOON + timedelta(minutes=8))
        self.assertEqual(len(mails.search(about)), 2, "one more when it is fine again")
        self.assertEqual(len(messages.search(chat)), 2)

    def test_after_quiet_hours_and_not_within_them(self):
        self.service.write({"quiet_from": 11.0, "quiet_to": 12.25})
        self.trouble(minutes=8)
        self.assertFalse(self.activities())
        self.trouble(NOON + timedelta(minutes=14), minutes=3)
        self.assertTrue(self.activities())

    def test_none_for_trouble_that_ended_within_quiet_hours(self):
        self.service.write({"quiet_from": 22.0, "quiet_to": 13.0})
        self.trouble()
        self.recovery(NOON + timedelta(minutes=4))
        self.evaluate_at(NOON + timedelta(hours=2))
        self.assertFalse(self.activities())

    def test_only_of_the_companies_of_the_user(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, company=other.id)
            self.evaluate_at(at + timedelta(seconds=30))
        self.assertEqual(self.state(), {"WH": "interrupted"})
        self.assertFalse(self.activities())

    def test_activity_is_done_once_the_user_s_companies_are_fine(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5)
            self.count(at, *["failed"] * 5, company=other.id)
            self.evaluate_at(at + timedelta(seconds=30))
        self.assertTrue(self.activities())
        for n in range(3, 15):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["success"] * 5)
            self.count(at, *["failed"] * 5, company=other.id)
            self.evaluate_at(at + timedelta(seconds=30))
        self.assertFalse(self.activities())

    def test_the_log_of_a_service_names_no_company_or_warehouse(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, company=other.id, warehouse="SECRET")
            self.evaluate_at(at + timedelta(seconds=30))
        log = " ".join(self.service.message_ids.mapped("body"))
        self.assertIn("Probing: Interrupted", log)
        self.assertNotIn("SECRET", log)

    def test_none_in_a_neutralized_copy(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.trouble()
        self.assertEqual(self.state(), {"WH": "interrupted"})
        self.assertFalse(self.activities())

    def test_a_failure_for_one_user_does_not_affect_others(self):
        second = new_test_user(
            self.env, "second", "base.group_user,reliability.group_viewer"
        )
        self.service.notify_user_ids = [Command.set([self.user.id, second.id])]
        notifier = type(self.env["reliability.notifier"])
        original = notifier._notify_by_activity

        def fail_for_one(model, service, user, subject, lines):
            if user == self.user:
                raise ValueError("no")
            return original(model, service, user, subject, lines)

        with (
            patch.object(notifier, "_notify_by_activity", fail_for_one),
            self.assertLogs(
                "odoo.addons.reliability_health.models.reliability_notifier"
            ),
        ):
            self.trouble()
        found = self.env["mail.activity"].search([("user_id", "=", second.id)])
        self.assertEqual(found.summary, "Probing: Interrupted")

    def test_tried_again_if_it_failed_for_all_users(self):
        notifier = type(self.env["reliability.notifier"])
        failing = patch.object(notifier, "_notify_by_activity", side_effect=ValueError)
        logger = "odoo.addons.reliability_health.models.reliability_notifier"
        with failing, self.assertLogs(logger):
            self.trouble()
        self.assertFalse(self.activities())
        self.trouble(NOON + timedelta(minutes=3), minutes=2)
        self.assertTrue(self.activities())

    def test_only_users_with_a_role_can_be_notified(self):
        user = new_test_user(self.env, "without role", "base.group_user")
        with self.assertRaisesRegex(ValidationError, "role Viewer"):
            self.service.notify_user_ids = user


@tagged("-at_install", "post_install")
class TestThresholds(EvaluatedCase):
    def test_thresholds_are_shares(self):
        with self.assertRaisesRegex(ValidationError, "0 to 100"):
            self.service.failing_threshold = 5
