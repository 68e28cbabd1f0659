"""Objectives for exchanges have names, sentences, and readers."""

from odoo.tests import Form, TransactionCase, new_test_user, tagged

from odoo.addons.reliability_slo.tests.test_counting import MINUTE, NOON
from odoo.addons.reliability_slo.tests.test_files import FilesCase

from ..measures import IN_TIME, SHIPPED
from .exchanges import ExchangeCase


@tagged("-at_install", "post_install")
class TestWords(ExchangeCase):
    def test_it_is_named_after_what_is_delivered(self):
        self.assertEqual(self.slo.display_name, "Probing: exchanges are delivered")
        self.slo.write({"measure": IN_TIME, "operations": "probe"})
        self.assertEqual(
            self.slo.display_name, "Probing: exchanges are delivered in time (Probe)"
        )
        self.slo.write({"operations": "", "system": self.system.code})
        self.assertEqual(
            self.slo.display_name, "probed_carrier: exchanges are delivered in time"
        )

    def test_an_alert_says_how_many_were_not_delivered(self):
        self.refuse("order 1")
        self.evaluate(NOON + MINUTE)
        values = {"bad": 12, "total": 400, "hours": 6}
        self.assertRegex(
            self.budget()._burning_text(values),
            "12 of 400 exchanges were not delivered; the goal is 99 %",
        )
        self.assertRegex(
            self.budget()._burning_text(values | {"bad": 1}),
            "1 of 400 exchanges was not delivered; the goal is 99 %",
        )
        self.slo.measure = IN_TIME
        self.assertRegex(
            self.budget()._burning_text(values),
            "12 of 400 exchanges were not delivered in time; the goal is 99 %",
        )

    def test_a_system_that_is_gone_is_said(self):
        self.slo.system = "gone"
        self.assertIn("no partner system with the code gone", self.slo.problem)

    def test_the_form_offers_partner_systems(self):
        with Form(self.slo) as form:
            form.integration_id = self.system
        self.assertEqual(self.slo.system, "probed_carrier")
        with Form(self.slo) as form:
            form.integration_id = self.env["reliability.integration"]
        self.assertFalse(self.slo.system)


@tagged("-at_install", "post_install")
class TestFiles(FilesCase):
    def test_shipped_objectives_are_the_same_in_another_database(self):
        shipped = self.env["reliability.slo"].union(
            *(self.slo_of(code) for code, _service, _values in SHIPPED)
        )
        before = {slo.code: slo._specification() for slo in shipped}
        text = shipped._as_openslo()
        shipped.write({"bound": 1})
        self.put(text=text)
        self.assertEqual(self.problems(), "")
        after = {slo.code: slo._specification() for slo in shipped}
        self.assertEqual(after, before)

    def test_seconds_are_of_exchanges_only(self):
        text = self.slo_of("label_delivered_in_time")._as_openslo()
        self.put(text=text.replace("measure: delivered_in_time", "measure: success"))
        self.assertIn("seconds", self.problems())


@tagged("-at_install", "post_install")
class TestReaders(ExchangeCase):
    def test_a_viewer_sees_the_budgets_of_his_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.refuse("order 1")
        self.refuse("order 2", company=other.id)
        self.evaluate(NOON + MINUTE)
        user = new_test_user(
            self.env, "sees", "base.group_user,reliability.group_viewer"
        )
        budgets = self.env["reliability.slo.budget"].with_user(user)
        seen = budgets.search([("slo_id", "=", self.slo.id)])
        self.assertEqual(seen.company_id, self.env.company)
        self.assertTrue(seen.slo_id.display_name)


@tagged("-at_install", "post_install")
class TestShippedWithExchanges(TransactionCase):
    def test_services_with_partner_systems_have_objectives_that_can_alert(self):
        services = self.env["reliability.service"].search([]).mapped("code")
        codes = {code for code, service, _values in SHIPPED if service in services}
        slos = self.env["reliability.slo"].with_context(active_test=False)
        found = slos.search([("code", "in", list(codes))])
        self.assertEqual(set(found.mapped("code")), codes)
        for slo in found:
            self.assertTrue(slo.alert_ids, slo.code)
