from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.tests.common import CommittedCase, MeasuredMethodCase


def make_invoice(env, days=0):
    """Return a draft invoice, dated a number of days from today."""
    date = fields.Date.today() + timedelta(days=days)
    line = {"name": "Probe", "quantity": 1, "price_unit": 10.0}
    return env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": env["res.partner"].search([], limit=1).id,
            "invoice_date": date,
            "date": date,
            "invoice_line_ids": [Command.create(line)],
        }
    )


@tagged("-at_install", "post_install")
class TestPosting(MeasuredMethodCase, TransactionCase):
    def test_no_query_is_added(self):
        self.assert_no_query_is_added(make_invoice(self.env), "_post")

    def test_result_and_exception_are_unchanged(self):
        invoice = make_invoice(self.env)
        self.assertEqual(invoice._post(), invoice)
        with self.assertRaises(UserError):
            invoice._post()


@tagged("-at_install", "post_install")
class TestRecordedOutcomes(CommittedCase):
    def test_posted_invoices_are_recorded(self):
        with self.committed() as env:
            invoices = make_invoice(env) | make_invoice(env) | make_invoice(env, 30)
        with self.committed() as env:  # nothing is cached, as in a request
            invoices = env["account.move"].browse(invoices.ids)
            self.assertEqual(len(invoices._post()), 2)
            company = invoices.company_id
        ((labels, event),) = self.recorded_with_labels("invoice_posting")
        self.assertEqual((event.outcome, event.records), ("success", 2))
        self.assertEqual(labels["company"], str(company.id))

    def test_an_invoice_dated_in_the_future_is_not_recorded(self):
        with self.committed() as env:
            self.assertFalse(make_invoice(env, 30)._post())
        self.assertEqual(self.outcomes_of("invoice_posting"), [])
