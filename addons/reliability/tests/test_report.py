"""Screens of calls: names, errors, documents, sums, and who sees them."""

import time
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from ..collector.rollup_writer import add
from ..telemetry.events import Event, Series
from ..telemetry.rollup import batches
from .counting import NOON, CountedCase


@tagged("-at_install", "post_install")
class TestTopCalls(TransactionCase):
    def test_those_of_other_kinds_have_a_name(self):
        event = Event(0, "failed", time.time(), 0.5)
        db = self.env.cr.dbname
        events = [
            (Series("cron", db, ("base.autovacuum_job",), 3.0), event),
            (Series("http", db, ("/shop", "GET", "500", "", "platform"), 3.0), event),
            (Series("cron_delay", db, ("base.autovacuum_job",), 3.0), event),
        ]
        add(self.env.cr._obj, "test", "kinds", [(1, batches(events)[db])])
        calls = self.env["reliability.top.call"].search([("host", "=", "kinds")])
        cron = self.env.ref("base.autovacuum_job").cron_name
        self.assertEqual(set(calls.mapped("title")), {cron, "GET /shop"})
        platform = self.env.ref("reliability.service_platform")
        requests = calls.filtered(lambda call: call.family == "http")
        self.assertEqual(requests.service_id, platform)


@tagged("-at_install", "post_install")
class TestDocumentsAndErrors(CountedCase):
    """The calls of an operation on contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_operation()
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Dock {number}"} for number in (1, 2, 3)]
        )

    def fail(self, *detail, record_id=0, outcome="failed", **values):
        self.count(NOON, outcome, detail=detail, record_id=record_id, **values)

    def calls(self, user=None):
        calls = self.env["reliability.top.call"].with_user(user or self.user)
        return calls.search([("operation_id.code", "=", "probe")], order="id")

    def test_the_document_of_a_call_opens(self):
        self.fail("ValueError", "no", record_id=self.partners[0].id)
        call = self.calls()
        self.assertEqual(call.document, "Dock 1")
        action = call.action_open_documents()
        self.assertEqual(action["res_id"], self.partners[0].id)

    def test_several_documents_are_counted_and_open_as_a_list(self):
        self.fail("ValueError", "no", tuple(self.partners.ids))
        call = self.calls()
        self.assertEqual(call.documents, 3)
        self.assertEqual(call.document, "3 documents (Contact)")
        action = call.action_open_documents()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(found, self.partners)

    def test_of_a_document_that_its_reader_may_not_read_the_kind_is_named(self):
        self.env["ir.rule"].create(
            {
                "name": "no second dock",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.partners[1].id})]",
            }
        )
        self.fail("ValueError", "no", record_id=self.partners[1].id)
        self.fail("ValueError", "no", tuple(self.partners[:2].ids))
        hidden, partly_hidden = self.calls()
        self.assertEqual(hidden.document, "Contact (no access)")
        self.assertFalse(hidden.can_open)
        with self.assertRaisesRegex(UserError, "may not read the documents"):
            hidden.action_open_documents()
        self.assertEqual(partly_hidden.document, "Dock 1", "as many as it opens")

    def test_a_document_that_was_deleted_has_no_name(self):
        self.fail("ValueError", "no", record_id=self.partners[2].id)
        self.partners[2].unlink()
        self.assertFalse(self.calls().document)

    def test_a_call_whose_documents_are_unknown_has_none(self):
        self.fail("ValueError", "no")
        self.assertFalse(self.calls().document)
        with self.assertRaisesRegex(UserError, "not known which documents"):
            self.calls().action_open_documents()

    def test_calls_with_the_same_error_are_one_group(self):
        for number, partner in enumerate(self.partners):
            self.fail("ValueError", f"WH/OUT/{number} is open", record_id=partner.id)
        self.fail("ValueError", "WH/OUT/7 is open", record_id=self.partners[0].id)
        self.fail("KeyError", "'lot'")
        groups = self.calls().formatted_read_group(
            [("operation_id.code", "=", "probe")],
            ["error"],
            ["__count", "documents:count_distinct", "age:min"],
        )
        found = {group["error"]: group for group in groups}
        self.assertEqual(found.keys(), {"ValueError: … is open", "KeyError: 'lot'"})
        group = found["ValueError: … is open"]
        self.assertEqual(group["__count"], 4)
        self.assertEqual(group["documents:count_distinct"], 3)
        self.assertGreater(group["age:min"], 0)

    def test_every_call_says_why_it_is_listed(self):
        self.fail("UserError", "Choose a carrier", outcome="rejected")
        for outcome in ("killed", "unknown", "failed"):
            self.fail(outcome=outcome)
        self.fail(outcome="success", seconds=4.0)
        self.assertEqual(
            [call.error for call in self.calls()],
            [
                "Choose a carrier",
                "The worker was killed during the call",
                "The worker or the connection was lost while changes were committed",
                "Without an error message: see the document",
                "Slow: longer than the latency threshold",
            ],
        )

    def test_a_call_within_the_latency_threshold_of_today_is_not_listed(self):
        """An earlier version stored the slowest calls, however fast they were."""
        self.fail(outcome="success", seconds=4.0)
        operation = self.env["reliability.operation"].search([("code", "=", "probe")])
        self.assertTrue(self.calls())
        operation.threshold = 5.0
        self.env.flush_all()
        self.assertFalse(self.calls())

    def test_an_operation_opens_as_many_calls_as_it_says(self):
        operation = self.env["reliability.operation"].search([("code", "=", "probe")])
        operation = operation.with_user(self.user)
        self.count(NOON, *["success"] * 7, "retried")
        self.fail("ValueError", "no")
        self.fail("UserError", "no", outcome="rejected")
        with freeze_time(NOON + timedelta(minutes=5)):
            self.assertEqual(operation.calls_today, 9)
            self.assertEqual(operation.top_calls_today, 2)
            by_hour = operation.action_open_calls_today()
            single = operation.action_open_calls()
        reports = self.env["reliability.report"].with_user(self.user)
        self.assertEqual(sum(reports.search(by_hour["domain"]).mapped("count")), 9)
        calls = self.env["reliability.top.call"].with_user(self.user)
        self.assertEqual(calls.search_count(single["domain"]), 2)


@tagged("-at_install", "post_install")
class TestSums(CountedCase):
    """Numbers of unlike things are not added up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_operation()
        cls.make_operation(name="Other", code="second", method="create_company")

    def sums(self, *groupby):
        reports = self.env["reliability.report"].with_user(self.user)
        domain = [("service_id.code", "=", "probing")]
        aggregates = ["count:sum", "seconds:sum", "median:avg"]
        return reports.formatted_read_group(domain, groupby, aggregates)

    def test_of_one_operation_all_outcomes_are_added_up(self):
        self.count(NOON, "success", "success", "failed", seconds=0.5)
        (group,) = self.sums()
        self.assertEqual(group["count:sum"], 3)
        self.assertAlmostEqual(group["seconds:sum"], 1.5)

    def test_of_two_operations_there_is_no_total(self):
        self.count(NOON, "success")
        self.count(NOON, "success", "success", operation="second")
        (total,) = self.sums()
        self.assertFalse(total["count:sum"])
        counts = {group["name"]: group["count:sum"] for group in self.sums("name")}
        self.assertEqual(counts, {"probe": 1, "second": 2})

    def test_the_median_is_that_of_the_cockpit(self):
        durations = (0.1, 0.2, 0.4, 0.8, 7.0)
        for hours, seconds in enumerate(durations):
            self.count(NOON + timedelta(hours=hours), "success", seconds=seconds)
        self.count(NOON, "failed", seconds=90)
        end = NOON + timedelta(hours=9)
        query = self.env["reliability.query"]
        (stats,) = query._aggregate(NOON, end, service="probing").values()
        (total,) = self.sums()
        self.assertAlmostEqual(total["median:avg"], stats.quantile(0.5), delta=1e-9)


@tagged("-at_install", "post_install")
class TestKind(TransactionCase):
    def test_calls_of_an_addon_that_is_gone_have_the_name_of_their_family(self):
        event = Event(0, "success", time.time(), 0.5)
        db = self.env.cr.dbname
        events = [(Series("gone", db, (), 3.0), event)]
        add(self.env.cr._obj, "test", "gone", [(1, batches(events)[db])])
        call = self.env["reliability.report"].search([("host", "=", "gone")])
        (values,) = call.web_read({"family": {}})
        self.assertEqual(values["family"], "gone")
        selection = dict(call.fields_get(["family"])["family"]["selection"])
        self.assertEqual(selection["gone"], "gone")
        self.assertEqual(selection["http"], "Request")


@tagged("-at_install", "post_install")
class TestRightsOnCalls(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.env.flush_all()
        labels = [str(cls.company.id), str(other_company.id), "mixed", ""]
        event = Event(0, "success", time.time(), 0.5)
        db = cls.env.cr.dbname
        events = [
            (Series("operation", db, ("sales", "probe", company, "", ""), 3.0), event)
            for company in labels
        ]
        add(cls.env.cr._obj, "test", "test of rights", [(1, batches(events)[db])])

    def visible_calls(self, group):
        user = new_test_user(self.env, f"probe {group}", groups=group)
        calls = self.env["reliability.report"].with_user(user)
        return calls.search([("host", "=", "test of rights")])

    def test_a_viewer_sees_calls_of_their_companies(self):
        calls = self.visible_calls("reliability.group_viewer")
        self.assertEqual(calls.company_id, self.company)

    def test_an_administrator_sees_also_those_of_no_company(self):
        """The label of several companies is no company either."""
        calls = self.visible_calls("reliability.group_admin")
        self.assertEqual(len(calls), 3)
        self.assertEqual(calls.company_id, self.company)

    def test_an_empty_list_says_which_calls_its_reader_may_not_see(self):
        for group, text in (
            ("viewer", "administrators of Reliability only"),
            ("admin", "and those of no company"),
        ):
            user = new_test_user(
                self.env, f"reader {group}", f"reliability.group_{group}"
            )
            for model in ("reliability.report", "reliability.top.call"):
                calls = self.env[model].with_user(user)
                self.assertIn(text, calls.get_empty_list_help("<p>Nothing</p>"))

    def test_other_users_see_nothing(self):
        user = new_test_user(self.env, "nobody", groups="base.group_user")
        for model in (
            "reliability.report",
            "reliability.rollup.minute",
            "reliability.rollup.hour",
            "reliability.collector.checkpoint",
            "reliability.series",
            "reliability.rollup.top.call",
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

    def test_rollups_are_read_only(self):
        admin = new_test_user(self.env, "admin probe", groups="reliability.group_admin")
        hours = self.env["reliability.rollup.hour"].with_user(admin).search([], limit=1)
        for change in (hours.unlink, lambda: hours.write({"count": 7})):
            with self.assertRaises(AccessError):
                change()
