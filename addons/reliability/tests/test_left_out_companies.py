"""The work of companies that are left out is none of the business."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import Affected

from .counting import NOON, CountedCase

HOUR = timedelta(hours=1)


@tagged("-at_install", "post_install")
class TestWhoDecides(TransactionCase):
    """Only system administrators decide which company is left out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_administrator = new_test_user(
            cls.env,
            "user_administrator",
            "base.group_erp_manager,base.group_partner_manager",
        )
        cls.administrator = new_test_user(
            cls.env, "system_administrator", "base.group_system"
        )

    def companies(self, user):
        return self.env["res.company"].with_user(user)

    def left_out(self):
        return self.env["reliability.health.provider"]._left_out_companies()

    def test_others_who_may_write_companies_can_leave_none_out(self):
        companies = self.companies(self.user_administrator)
        company = companies.create({"name": "Business"})
        company.name = "Business as usual"
        values = {"name": "Hidden", "reliability_left_out": True}
        with self.assertRaises(AccessError):
            company.write({"reliability_left_out": True})
        with self.assertRaises(AccessError):
            companies.create(values)
        with self.assertRaises(AccessError):
            companies.with_context(default_reliability_left_out=True).create(
                {"name": "Hidden"}
            )
        self.assertFalse(self.left_out())

    def test_others_cannot_take_one_back(self):
        company = self.env["res.company"].create(
            {"name": "No business", "reliability_left_out": True}
        )
        with self.assertRaises(AccessError):
            company.with_user(self.user_administrator).write(
                {"reliability_left_out": False}
            )
        self.assertEqual(self.left_out(), {company.id})

    def test_a_system_administrator_decides_and_it_holds_at_once(self):
        companies = self.companies(self.administrator)
        company = companies.create(
            {"name": "No business", "reliability_left_out": True}
        )
        self.assertEqual(self.left_out(), {company.id})
        company.reliability_left_out = False
        self.assertFalse(self.left_out())
        company.write({"reliability_left_out": True, "active": False})
        self.assertEqual(self.left_out(), {company.id}, "archived ones, too")

    def test_it_is_asked_of_the_database_once(self):
        self.left_out()
        with self.assertQueryCount(0):
            self.left_out()


class LeftOutCase(CountedCase):
    """Calls of a company of business, of one that is left out, and of none."""

    def setUp(self):
        super().setUp()
        self.left_out = self.env["res.company"].create({"name": "No business"})
        self.left_out.reliability_left_out = True
        self.count(NOON, "success")
        self.count(NOON, "success", "failed", "failed", company=self.left_out.id)
        self.count(NOON, "success", "success", company="mixed")


@tagged("-at_install", "post_install")
class TestNumbers(LeftOutCase):
    def calls(self, **where):
        found = self.env["reliability.query"]._aggregate(
            NOON - HOUR, NOON + HOUR, service="probing", **where
        )
        return sum(stats.completed for stats in found.values())

    def costs(self, **where):
        found = self.env["reliability.query"]._aggregate_costs(
            NOON - HOUR, NOON + HOUR, family="operation", service="probing", **where
        )
        return sum(costs.calls for costs in found.values())

    def test_those_of_the_database_are_without_it(self):
        self.assertEqual((self.calls(), self.costs()), (3, 3))
        self.assertEqual(self.calls(by=("company_id",)), 3)

    def test_its_own_are_there_where_it_is_asked_for(self):
        self.assertEqual(self.calls(company_id=self.left_out.id), 3)
        self.assertEqual(self.costs(company_id=[self.left_out.id]), 3)

    def test_services_and_operations_count_business_beside_it(self):
        operation = self.make_operation()
        both = self.env.company | self.left_out
        for record in (self.service, operation):
            for companies, calls in ((both, 1), (self.left_out, 3)):
                chosen = record.with_context(allowed_company_ids=companies.ids)
                with self.subTest(record, companies=companies):
                    with freeze_time(NOON + HOUR):
                        self.assertEqual(chosen.calls_today, calls)

    def test_the_calls_that_an_operation_opens_are_those_that_it_counts(self):
        both = [self.env.company.id, self.left_out.id]
        operation = self.make_operation().with_context(allowed_company_ids=both)
        domain = operation.action_open_calls_today()["domain"]
        self.assertIn(("company_id", "in", [self.env.company.id]), domain)


@tagged("-at_install", "post_install")
class TestIncidents(LeftOutCase):
    def affected(self, *sites):
        left_out = self.env["reliability.health.provider"]._left_out_companies()
        return Affected(
            frozenset(["probing"]), frozenset(sites), NOON, NOON + HOUR, left_out
        )

    def companies(self, affected):
        """Return the companies whose records, and whose calls, are affected."""
        every = self.env["res.company"].search([])
        partners = self.env["res.partner"].create(
            [{"name": "P", "company_id": company.id} for company in every]
        )
        found = partners.filtered_domain(affected.domain()).company_id
        called = every.filtered(lambda company: affected.includes(company.id, "WH"))
        self.assertEqual(found, called)
        return found

    def test_what_happens_in_the_whole_database_does_not_affect_it(self):
        found = self.companies(self.affected((None, "")))
        self.assertIn(self.env.company, found)
        self.assertNotIn(self.left_out, found)

    def test_records_and_calls_of_no_company_may_be_affected(self):
        affected = self.affected((None, ""))
        partner = self.env["res.partner"].create({"name": "P", "company_id": False})
        self.assertTrue(partner.filtered_domain(affected.domain()))
        self.assertTrue(affected.includes(None, ""))

    def test_what_happens_there_affects_it_alone(self):
        found = self.companies(self.affected((self.left_out.id, "")))
        self.assertEqual(found, self.left_out)

    def test_its_failed_calls_are_not_what_an_incident_does_not_know_of(self):
        operation = self.make_operation()
        _ids, hidden = self.env["reliability.top.call"]._failed_records(
            [operation.code], self.affected((None, ""))
        )
        self.assertFalse(hidden)


@tagged("-at_install", "post_install")
class TestBeforeTheUpgrade(CountedCase):
    """New code runs on a database without the column until its upgrade."""

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE res_company RENAME reliability_left_out TO not_there_yet"
        )
        self.env.invalidate_all()
        self.registry.clear_cache()

    def test_no_company_is_left_out(self):
        provider = self.env["reliability.health.provider"]
        self.assertEqual(provider._left_out_companies(), frozenset())
        self.assertEqual(provider._business_companies(), tuple(self.env.companies.ids))

    def test_calls_are_counted(self):
        self.count(NOON, "success")
        with freeze_time(NOON + HOUR):
            self.assertEqual(self.service.calls_today, 1)

    def test_gauges_are_registered(self):
        gauges = self.env["reliability.gauge"]
        gauges._register_gauge("probe", "It.", "SELECT '1' AS company, 2 AS value")
        self.env.cr.execute("SELECT value FROM reliability_gauge_probe")
        self.assertEqual(self.env.cr.fetchall(), [(2,)])

    def test_users_use_their_companies(self):
        company = self.env["res.company"].create({"name": "Business"})
        company.name = "Business as usual"
        self.env.user.company_ids = [Command.link(company.id)]
        company.invalidate_recordset()
        self.assertEqual(company.display_name, "Business as usual")
