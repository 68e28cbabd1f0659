"""The calendar: documents of each partner and type by day, for four weeks."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import DocumentCase


class CalendarCase(DocumentCase):
    def calendar(self, env, last_day=None):
        calendar = env["reliability.edi.calendar"]
        return call_kw(calendar, "read_calendar", [last_day], {})

    def row(self, env, last_day=None):
        """Return the row of ACME's orders, as a browser gets it."""
        (row,) = (
            row
            for row in self.calendar(env, last_day)["rows"]
            if row["stream"]["backend_id"] == self.backend_id
        )
        return row

    def day(self, ago):
        return fields.Date.to_string(
            datetime.now(self.zone).date() - timedelta(days=ago)
        )

    def viewer(self, env, **values):
        return env(user=self.user(env, "reliability.group_viewer", **values))

    def expect_daily(self, hour=0.0, **values):
        """Expect orders on each day, in the last three weeks."""
        with self.committed() as env:
            env["reliability.edi.expected.document"].create(
                [
                    {
                        "type_id": self.orders_id,
                        "backend_id": self.backend_id,
                        "partner_id": self.acme_id,
                        "company_id": 1,
                        "weekday": str(weekday),
                        "hour": hour,
                        "since": self.day(21),
                        **values,
                    }
                    for weekday in range(7)
                ]
            )


@tagged("post_install", "-at_install")
class TestCells(CalendarCase):
    """A cell has the documents of its day, and what was expected."""

    def cell(self, ago):
        with self.committed() as env:
            return self.row(self.viewer(env))["cells"].get(self.day(ago))

    def test_the_documents_of_a_day_are_counted(self):
        self.receive(3, 8, count=2)
        self.receive(3, 9, state="input_processed_error")
        self.maintain()
        self.assertEqual(
            self.cell(3),
            {
                "documents": 3,
                "done": 2,
                "failed": 1,
                "waiting": 0,
                "duplicates": 0,
                "to_fix": 1,
            },
        )
        self.assertIsNone(self.cell(2))

    def test_a_row_is_named_and_says_when_documents_are_expected(self):
        self.expect_daily(8.5)
        with self.committed() as env:
            row = self.row(self.viewer(env))
        self.assertEqual(
            (row["partner"], row["type"], row["week"]),
            ("ACME", "ORDERS", "Daily by 08:30"),
        )
        self.assertEqual(row["stream"]["direction"], "in")

    def test_working_days_and_different_times_are_described(self):
        self.expect_daily(8.5)
        with self.committed() as env:
            expected = env["reliability.edi.expected.document"].search(
                [("backend_id", "=", self.backend_id)], order="weekday"
            )
            self.assertEqual(expected[:5]._describe_week(), "Mon–Fri by 08:30")
            expected[3].hour = 9.25
            self.assertEqual(
                (expected[0] + expected[3])._describe_week(),
                "Mon, Thu by 08:30 to 09:15",
            )

    def test_expected_documents_are_missing_on_days_without_any(self):
        self.receive(5, 8)
        self.maintain()
        self.expect_daily()
        states = {ago: self.cell(ago) for ago in (0, 4, 5, 22)}
        self.assertEqual(states[4]["expected"], "missing")
        self.assertEqual((states[4]["documents"], states[4]["hour"]), (0, "00:00"))
        self.assertEqual(states[0]["expected"], "missing")
        self.assertEqual(states[5]["expected"], "received")
        self.assertIsNone(states[22])  # before they were expected

    def test_today_they_are_not_missing_before_their_time(self):
        self.expect_daily(23.75)
        self.assertEqual(self.cell(0)["expected"], "expected")

    def test_far_too_few_are_no_success(self):
        self.receive(5, 8, count=3)
        self.receive(4, 8, count=7)
        self.maintain()
        self.expect_daily(baseline=12)
        self.assertEqual(self.cell(5)["expected"], "few")
        self.assertEqual(self.cell(4)["expected"], "received")

    def test_nothing_is_missing_on_a_holiday(self):
        self.expect_daily()
        with self.committed() as env:
            leave = env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "company_id": 1,
                    "date_from": self.at(4, 0),
                    "date_to": self.at(4, 23, 59),
                }
            )
        states = [self.cell(ago)["expected"] for ago in (3, 4, 5)]
        with self.committed() as env:
            env["resource.calendar.leaves"].browse(leave.id).unlink()
        self.assertEqual(states, ["missing", "holiday", "missing"])

    def test_earlier_weeks_are_read(self):
        self.receive(40, 8)
        self.maintain()
        with self.committed() as env:
            env = self.viewer(env)
            row = self.row(env, self.day(30))
            self.assertEqual(row["cells"][self.day(40)]["documents"], 1)
            self.assertEqual(
                self.calendar(env, "2100-01-01")["days"],
                self.calendar(env)["days"],
            )
            with self.assertRaises(UserError):
                self.calendar(env, "yesterday")

    def test_it_says_that_it_knows_nothing_without_a_collector(self):
        with self.committed() as env:
            env["reliability.collector.checkpoint"].search([]).unlink()
            self.assertIn("not known yet", self.calendar(env)["warning"])
            env["reliability.collector.checkpoint"].create(
                {
                    "name": "one",
                    "host": "one",
                    "number": 1,
                    "delivered": env.cr.now() - timedelta(hours=1),
                }
            )
            self.assertIn("are not known", self.calendar(env)["warning"])
            env["reliability.collector.checkpoint"].search([]).delivered = env.cr.now()
            self.assertEqual(self.calendar(env)["warning"], "")
            env.cr.rollback()

    def test_documents_are_counted_by_few_queries(self):
        """However many rows there are."""
        counts = []
        for days in (1, 20):
            for day in range(days):
                self.receive(day, 8)
            self.maintain()
            with self.committed() as env:
                env = self.viewer(env)
                self.calendar(env)
                env.invalidate_all()
                before = env.cr.sql_log_count
                self.calendar(env)
                counts.append(env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestOpening(CalendarCase):
    """A cell opens exactly its documents."""

    def open(self, env, ago):
        stream = self.row(env)["stream"]
        calendar = env["reliability.edi.calendar"]
        return call_kw(calendar, "open_documents", [stream, self.day(ago)], {})

    def test_all_documents_of_the_cell(self):
        self.receive(3, 8, count=2)
        self.receive(2, 8)
        self.maintain()
        with self.committed() as env:
            env = self.viewer(env)
            action = self.open(env, 3)
            documents = env["reliability.edi.document"].search(action["domain"])
            self.assertEqual(len(documents), 2)
            self.assertEqual(action["context"], {})
            self.assertIn("ORDERS from ACME", action["name"])

    def test_first_those_that_are_to_be_fixed(self):
        self.receive(3, 8, count=2)
        self.receive(3, 9, state="input_processed_error")
        self.maintain()
        with self.committed() as env:
            action = self.open(self.viewer(env), 3)
        self.assertEqual(action["context"], {"search_default_to_fix": 1})

    def test_a_day_without_documents_says_what_was_expected(self):
        self.expect_daily(8.5)
        with self.committed() as env:
            action = self.open(self.viewer(env), 2)
        self.assertIn("No ORDERS from ACME on", action["help"])
        self.assertIn("expected by 08:30", action["help"])

    def test_the_expectation_of_a_row_is_opened(self):
        self.expect_daily(8.5)
        with self.committed() as env:
            env = self.viewer(env)
            stream = self.row(env)["stream"]
            calendar = env["reliability.edi.calendar"]
            action = call_kw(calendar, "open_expected", [stream], {})
            expected = env["reliability.edi.expected.document"]
            expected = expected.with_context(**action["context"])
            self.assertEqual(expected.search_count(action["domain"]), 7)
            new = expected.default_get(["type_id", "partner_id"])
            self.assertEqual(new["partner_id"], self.acme_id)


@tagged("post_install", "-at_install")
class TestWhoSees(CalendarCase):
    """Readers of documents see the calendar of their companies."""

    def setUp(self):
        super().setUp()
        self.receive(3, 8)
        self.maintain()
        self.expect_daily()

    def test_only_managers_can_expect_documents(self):
        with self.committed() as env:
            for role, can_expect in (("viewer", False), ("manager", True)):
                user = self.user(env, f"reliability.group_{role}")
                found = self.calendar(env(user=user))["can_expect"]
                self.assertEqual(found, can_expect)

    def test_a_plain_user_sees_nothing(self):
        with self.committed() as env:
            stream = self.row(env)["stream"]
            calendar = env(user=self.user(env, "base.group_user"))[
                "reliability.edi.calendar"
            ]
            for method, *arguments in (
                ("read_calendar",),
                ("open_documents", stream, self.day(3)),
                ("open_expected", stream),
            ):
                with self.subTest(method), self.assertRaises(AccessError):
                    call_kw(calendar, method, arguments, {})

    def test_another_company_sees_nothing(self):
        with self.committed() as env:
            stream = self.row(env)["stream"]
            other = env["res.company"].create({"name": self.id()})
            theirs = self.viewer(env, companies=[other.id])
            backends = {
                row["stream"]["backend_id"] for row in self.calendar(theirs)["rows"]
            }
            self.assertNotIn(self.backend_id, backends)
            for method, *arguments in (
                ("open_documents", stream, self.day(3)),
                ("open_expected", stream),
            ):
                with self.subTest(method), self.assertRaises(UserError):
                    call_kw(theirs["reliability.edi.calendar"], method, arguments, {})
