"""Invoices that an incident keeps from being posted are counted and opened."""

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.reliability.api import Affected
from odoo.addons.reliability.tests.counting import NOON, CountedCase

from .test_account_move import make_invoice


@tagged("-at_install", "post_install")
class TestImpact(CountedCase):
    def setUp(self):
        super().setUp()
        self.provider = self.env["reliability.health.provider"]
        self.invoices = make_invoice(self.env) | make_invoice(self.env)
        for invoice in self.invoices:
            self.count(
                NOON,
                "failed",
                operation="invoice_posting",
                service="invoicing",
                warehouse="",
                record_id=invoice.id,
                records=1,
            )

    def described(self, **changed):
        """Return the phrase of the impact, and the invoices that its link opens."""
        site = self.env.company.id, ""
        affected = Affected(
            frozenset(["invoicing"]),
            frozenset([site]),
            NOON,
            NOON + timedelta(hours=1),
        )
        found = self.provider._impacts(affected._replace(**changed))
        (impact,) = [impact for impact in found if impact.kind == "invoices"]
        text, action = self.provider._describe_impact(impact)
        return text, self.env["account.move"].search(action["domain"])

    def test_it_opens_as_many_invoices_as_it_counts(self):
        text, opened = self.described()
        self.assertEqual(text, "2 invoices not posted")
        self.assertEqual(set(opened), set(self.invoices))

    def test_invoices_that_were_posted_since_do_not_count(self):
        self.invoices[0].action_post()
        self.assertEqual(self.described(), ("1 invoice not posted", self.invoices[1]))

    def test_those_of_a_company_count_in_an_incident_of_its_warehouse(self):
        sites = frozenset([(self.env.company.id, "WH")])
        self.assertEqual(self.described(sites=sites)[0], "2 invoices not posted")
