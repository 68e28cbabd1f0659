"""Users see the calls of their own companies."""

import time

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..collector.rollup_writer import add
from ..telemetry.events import Event, Series
from ..telemetry.rollup import batches


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

    def test_an_administrator_sees_all_calls(self):
        self.assertEqual(len(self.visible_calls("reliability.group_admin")), 4)

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
