"""Each minute it is seen how every service is, and people are told of changes, once."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from ..collector.rollup_writer import add
from ..models.reliability_health_provider import Backlog
from ..telemetry.events import Event, Series
from ..telemetry.rollup import batches

NOON = datetime(2026, 3, 2, 12)
"""A Monday."""


class JudgedCase(TransactionCase):
    """A service of its own, whose calls are counted as a collector counts them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.service.status"].search([]).unlink()
        cls.user = new_test_user(
            cls.env, "told", "base.group_user,reliability.group_viewer", tz="UTC"
        )
        cls.service = cls.env["reliability.service"].create(
            {"name": "Probing", "code": "probing", "owner_id": cls.user.id}
        )
        cls.numbers = iter(range(1, 1000))

    @classmethod
    def make_operation(cls, **values):
        """Let the service have the operation that is counted, by name."""
        return cls.env["reliability.operation"].create(
            {
                "name": "Probe",
                "code": "probe",
                "service_id": cls.service.id,
                "model": "res.partner",
                "method": "address_get",
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        # The database's clock goes with ours.
        self.patch(self.env.cr, "now", fields.Datetime.now)

    def know_of_no_host(self):
        """Let hosts have been here when ``self.visits`` says so.

        A collector of another test may be at work, and writes when it was here.
        """
        self.visits = {}
        sources = type(self.env["reliability.collector.checkpoint"])
        read = sources._last_polls

        def visits(model):
            read(model)
            return dict(self.visits)

        self.patch(sources, "_last_polls", visits)

    def count(self, when, *outcomes, operation="probe", seconds=0.1, **labels):
        """Count calls that ended at a moment."""
        company = str(labels.get("company", self.env.company.id))
        names = "probing", operation, company, labels.get("warehouse", "WH"), ""
        series = Series("operation", self.env.cr.dbname, names, 3.0)
        self.record(series, when, *outcomes, seconds=seconds)

    def record(self, series, when, *outcomes, seconds=0.1, **costs):
        """Count whatever ended at a moment, with what it consists of."""
        ended = when.replace(tzinfo=UTC).timestamp()
        events = [
            (series, Event(0, outcome, ended, seconds, **costs)) for outcome in outcomes
        ]
        for batch in batches(events).values():
            add(self.env.cr._obj, "judged", "one", [(next(self.numbers), batch)])

    def look(self, when):
        """Look, as the scheduled action does at a moment."""
        with freeze_time(when):
            self.env["reliability.evaluator"]._cron_evaluate()

    def conditions(self):
        return self.env["reliability.service.status"].search(
            [("service_id", "=", self.service.id)]
        )

    def state(self, **where):
        return {
            of.warehouse or "": of.state
            for of in self.conditions()
            if all(of[name] == value for name, value in where.items())
        }

    def activities(self):
        return self.env["mail.activity"].search([("user_id", "=", self.user.id)])

    def trouble(self, begin=NOON, minutes=4):
        """Let most calls fail for some minutes, looking each minute."""
        for n in range(minutes):
            at = begin + timedelta(minutes=n)
            self.count(at, "success", "failed", "failed", "failed")
            self.look(at + timedelta(seconds=30))

    def recovery(self, begin, minutes=12):
        for n in range(minutes):
            at = begin + timedelta(minutes=n)
            self.count(at, *["success"] * 5)
            self.look(at + timedelta(seconds=30))


@tagged("-at_install", "post_install")
class TestHowAServiceIs(JudgedCase):
    def test_fine_where_calls_succeed(self):
        self.count(NOON, "success", "rejected")
        self.look(NOON + timedelta(minutes=1))
        self.assertEqual(self.state(), {"WH": "fine"})

    def test_interrupted_where_most_fail_and_why(self):
        self.trouble()
        self.assertEqual(self.state(), {"WH": "interrupted"})
        with freeze_time(NOON + timedelta(minutes=5)):
            text = self.conditions().with_user(self.user).description
        self.assertEqual(text, "probe: 12 of 16 fail since 12:00")

    def test_since_no_later_than_now_where_the_clock_was_set_back(self):
        self.trouble(NOON + timedelta(days=1))
        self.trouble()
        self.assertEqual(self.state(), {"WH": "interrupted"})
        self.assertEqual(self.conditions().since, NOON + timedelta(seconds=30))
        with freeze_time(NOON + timedelta(minutes=5)):
            text = self.conditions().with_user(self.user).description
        self.assertEqual(text, "probe: 12 of 16 fail since 12:00")

    def test_fine_again_when_it_is_over(self):
        self.trouble()
        self.recovery(NOON + timedelta(minutes=4))
        self.assertEqual(self.state(), {"WH": "fine"})
        self.assertFalse(self.conditions().description)

    def test_warehouses_and_companies_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.count(NOON, *["failed"] * 5, warehouse="A")
        self.count(NOON, *["success"] * 5, warehouse="B")
        self.count(NOON, *["success"] * 5, warehouse="A", company=other.id)
        for seconds in (30, 90):
            self.look(NOON + timedelta(seconds=seconds))
        ours = self.state(company_id=self.env.company)
        self.assertEqual(ours, {"A": "interrupted", "B": "fine"})
        self.assertEqual(self.state(company_id=other), {"A": "fine"})

    def test_an_operation_may_have_limits_of_its_own(self):
        operation = self.make_operation(slow_threshold=0.9)
        self.service.slow_threshold = 0.5
        self.count(NOON, *["success"] * 4, seconds=9)
        self.count(NOON, "success")
        for seconds in (30, 90):
            self.look(NOON + timedelta(seconds=seconds))
        self.assertEqual(self.state(), {"WH": "fine"}, "80 % are slow")
        operation.slow_threshold = 0
        for seconds in (120, 180):
            self.look(NOON + timedelta(seconds=seconds))
        self.assertEqual(self.state(), {"WH": "degraded"}, "as the service says")

    def test_nobody_calling_is_no_data(self):
        self.count(NOON, "success")
        self.look(NOON + timedelta(minutes=1))
        self.look(NOON + timedelta(minutes=30))
        self.assertEqual(self.state(), {"WH": "no_data"})

    def test_silence_where_there_is_always_work_and_others_go_on(self):
        for weeks in (1, 2, 3):
            for hour in (11, 12):
                then = NOON - timedelta(weeks=weeks) + timedelta(hours=hour - 12)
                self.count(then, *["success"] * 12)
        self.count(NOON + timedelta(minutes=35), "success", operation="other")
        for minutes in (40, 41):
            self.look(NOON + timedelta(minutes=minutes))
        self.assertEqual(self.state(), {"WH": "degraded"})
        text = self.conditions().description
        self.assertIn("probe: none since", text)
        self.assertIn("usually 12 an hour", text)

    def test_work_begins_by_people_s_clocks_also_where_these_were_changed(self):
        """At eight in Berlin: until October 25 that was six, and now it is seven."""
        self.env["res.partner"].search([]).tz = "Europe/Berlin"
        monday = datetime(2026, 10, 26, 7)
        for weeks in (1, 2, 3):
            for hour in (-1, 0):
                then = monday - timedelta(weeks=weeks, hours=1 - hour)
                self.count(then, *["success"] * 12)
        usual = {}
        for hour in (-1, 0):
            now = monday + timedelta(hours=hour, minutes=40)
            apart = ("operation",)
            found = self.env["reliability.evaluator"]._usual_calls(now, apart)
            usual[hour] = found.get(("probe",))
        self.assertEqual(usual, {-1: None, 0: 12})

    def test_silence_on_a_holiday_is_none(self):
        for weeks in (1, 2, 3):
            for hour in (11, 12):
                then = NOON - timedelta(weeks=weeks) + timedelta(hours=hour - 12)
                self.count(then, *["success"] * 12)
        for minutes in (40, 41):
            self.look(NOON + timedelta(minutes=minutes))
        self.assertFalse(self.state())

    def test_what_waits_is_shown_and_degrades_only_where_a_limit_says_so(self):
        oldest = NOON - timedelta(hours=2)
        waiting = Backlog("x", "probing", self.env.company.id, "WH", 9, 4, oldest)
        situation = type(self.env["reliability.health.provider"])
        with patch.object(situation, "_backlogs", lambda _self: [waiting]):
            for minutes in (1, 2):
                self.look(NOON + timedelta(minutes=minutes))
            self.assertEqual(self.state(), {"WH": "no_data"})
            self.assertEqual(self.conditions().waiting["x"]["count"], 9)
            self.service.late_threshold = 60
            for minutes in (3, 4):
                self.look(NOON + timedelta(minutes=minutes))
        self.assertEqual(self.state(), {"WH": "degraded"})
        self.assertIn("4 of 9 are late", self.conditions().description)

    def test_requests_are_of_the_whole_database_and_shown_to_everybody(self):
        labels = "/web/probe", "GET", "500", "KeyError"
        series = Series("http", self.env.cr.dbname, labels, 1.0)
        at = NOON.replace(tzinfo=UTC).timestamp()
        events = [(series, Event(0, "failed", at, 0.1)) for _n in range(5)]
        for batch in batches(events).values():
            add(self.env.cr._obj, "judged", "one", [(next(self.numbers), batch)])
        for seconds in (30, 90):
            self.look(NOON + timedelta(seconds=seconds))
        platform = self.env["reliability.service.status"].with_user(self.user)
        platform = platform.search([("service_id.code", "=", "platform")])
        self.assertEqual(platform.state, "interrupted")


@tagged("-at_install", "post_install")
class TestWhoIsToldOfAChange(JudgedCase):
    def test_an_activity_for_the_owner_once_and_done_when_it_is_over(self):
        self.trouble(minutes=8)
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.summary, "Probing: interrupted")
        self.assertIn("fail since", activity.note)
        self.recovery(NOON + timedelta(minutes=8))
        self.assertFalse(self.activities(), "it is done")

    def test_by_mail_and_in_discuss_where_the_service_says_so(self):
        self.service.write({"notify_by_mail": True, "notify_by_chat": True})
        mails, messages = self.env["mail.mail"], self.env["mail.message"]
        about = [("subject", "=like", "Probing:%")]
        spoken = [("body", "ilike", "Probing: "), ("model", "=", "discuss.channel")]
        self.trouble(minutes=8)
        self.assertEqual(
            mails.search(about).mapped("email_to"), [self.user.email_formatted]
        )
        self.assertEqual(len(messages.search(spoken)), 1)
        self.recovery(NOON + timedelta(minutes=8))
        self.assertEqual(len(mails.search(about)), 2, "one more when it is fine again")
        self.assertEqual(len(messages.search(spoken)), 2)

    def test_not_in_quiet_hours_but_when_they_are_over(self):
        self.service.write({"quiet_from": 11.0, "quiet_to": 12.25})
        self.trouble(minutes=8)
        self.assertFalse(self.activities())
        self.trouble(NOON + timedelta(minutes=14), minutes=3)
        self.assertTrue(self.activities())

    def test_not_at_all_of_what_was_over_before_quiet_hours_were(self):
        self.service.write({"quiet_from": 22.0, "quiet_to": 13.0})
        self.trouble()
        self.recovery(NOON + timedelta(minutes=4))
        self.look(NOON + timedelta(hours=2))
        self.assertFalse(self.activities())

    def test_only_of_companies_of_their_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, company=other.id)
            self.look(at + timedelta(seconds=30))
        self.assertEqual(self.state(), {"WH": "interrupted"})
        self.assertFalse(self.activities())

    def test_it_is_over_for_them_when_it_is_in_their_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5)
            self.count(at, *["failed"] * 5, company=other.id)
            self.look(at + timedelta(seconds=30))
        self.assertTrue(self.activities())
        for n in range(3, 15):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["success"] * 5)
            self.count(at, *["failed"] * 5, company=other.id)
            self.look(at + timedelta(seconds=30))
        self.assertFalse(self.activities())

    def test_a_service_s_log_tells_nothing_of_single_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, company=other.id, warehouse="SECRET")
            self.look(at + timedelta(seconds=30))
        said = " ".join(self.service.message_ids.mapped("body"))
        self.assertIn("Probing: interrupted", said)
        self.assertNotIn("SECRET", said)

    def test_nobody_in_a_neutralized_copy(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.trouble()
        self.assertEqual(self.state(), {"WH": "interrupted"})
        self.assertFalse(self.activities())

    def test_that_one_cannot_be_told_keeps_nobody_from_being_told(self):
        second = new_test_user(
            self.env, "second", "base.group_user,reliability.group_viewer"
        )
        self.service.notify_user_ids = [Command.set([self.user.id, second.id])]
        telling = type(self.env["reliability.notifier"])
        original = telling._notify_by_activity

        def telling_all_but_one(ours, service, user, subject, lines):
            if user == self.user:
                raise ValueError("no")
            return original(ours, service, user, subject, lines)

        with (
            patch.object(telling, "_notify_by_activity", telling_all_but_one),
            self.assertLogs("odoo.addons.reliability.models.reliability_notifier"),
        ):
            self.trouble()
        found = self.env["mail.activity"].search([("user_id", "=", second.id)])
        self.assertEqual(found.summary, "Probing: interrupted")

    def test_what_nobody_could_be_told_is_tried_again(self):
        telling = type(self.env["reliability.notifier"])
        failing = patch.object(telling, "_notify_by_activity", side_effect=ValueError)
        logger = "odoo.addons.reliability.models.reliability_notifier"
        with failing, self.assertLogs(logger):
            self.trouble()
        self.assertFalse(self.activities())
        self.trouble(NOON + timedelta(minutes=3), minutes=2)
        self.assertTrue(self.activities())

    def test_who_sees_nothing_of_it_cannot_be_told(self):
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        with self.assertRaisesRegex(ValidationError, "role Viewer"):
            self.service.notify_user_ids = stranger


@tagged("-at_install", "post_install")
class TestTodaysNumbersBesideThresholds(JudgedCase):
    def test_of_an_operation_and_of_its_service(self):
        operation = self.make_operation()
        self.count(NOON, *["success"] * 6, "rejected", "failed", seconds=0.5)
        self.count(NOON, *["success"] * 2, seconds=9)
        with freeze_time(NOON + timedelta(minutes=5)):
            for record in (operation, self.service):
                self.assertEqual(record.calls_today, 10)
                self.assertAlmostEqual(record.slow_today, 0.25)
                self.assertAlmostEqual(record.refused_today, 0.1)
                self.assertAlmostEqual(record.failing_today, 0.1)
                self.assertAlmostEqual(record.typical_today, 0.5, delta=0.02)
                self.assertAlmostEqual(record.longest_today, 9, delta=0.1)

    def test_of_a_service_that_consists_of_requests(self):
        series = Series("http", self.env.cr.dbname, ("/web", "GET", "200", ""), 1.0)
        at = NOON.replace(tzinfo=UTC).timestamp()
        events = [(series, Event(0, "success", at, 0.1)) for _n in range(5)]
        for batch in batches(events).values():
            add(self.env.cr._obj, "judged", "one", [(next(self.numbers), batch)])
        platform = self.env.ref("reliability.service_platform")
        with freeze_time(NOON + timedelta(minutes=5)):
            self.assertEqual(platform.calls_today, 5)

    def test_limits_are_shares(self):
        with self.assertRaisesRegex(ValidationError, "0 to 100"):
            self.service.failing_threshold = 5
