from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.tests.common import CommittedCase, MeasuredMethodCase


@tagged("-at_install", "post_install")
class TestConfirmationAndValidation(MeasuredMethodCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.order = self.env["sale.order"].search([("order_line", "!=", False)])[0]
        self.order = self.order.copy()

    def test_no_query_is_added(self):
        for method in ("action_confirm", "_validate_order"):
            with self.subTest(method):
                self.assert_no_query_is_added(self.order, method)

    def test_result_and_exception_are_unchanged(self):
        self.assertIs(self.order.action_confirm(), True)
        with self.assertRaises(UserError):
            self.order.action_confirm()


@tagged("-at_install", "post_install")
class TestRecordedOutcomes(CommittedCase):
    def test_a_confirmed_order_is_recorded_with_its_warehouse(self):
        with self.committed() as env:
            order = env["sale.order"].search([("order_line", "!=", False)])[0].copy()
            expected = str(order.company_id.id), order.warehouse_id.code
        with self.committed() as env:  # nothing is cached, as in a request
            env["sale.order"].browse(order.id).action_confirm()
        ((labels, event),) = self.recorded_with_labels("order_confirmation")
        self.assertEqual((labels["company"], labels["warehouse"]), expected)
        self.assertEqual((event.outcome, event.records), ("success", 1))
        self.assertEqual(event.record_id, order.id)

    def test_a_refused_confirmation_is_recorded_with_its_warehouse(self):
        with self.committed() as env:
            order = env["sale.order"].search([("state", "=", "sale")], limit=1)
            warehouse = order.warehouse_id.code
        with self.assertRaises(UserError), self.committed() as env:
            env["sale.order"].browse(order.id).action_confirm()
        ((labels, event),) = self.recorded_with_labels("order_confirmation")
        self.assertEqual((event.outcome, labels["warehouse"]), ("rejected", warehouse))

    def test_a_batch_is_one_event_with_its_number_of_records(self):
        with self.committed() as env:
            order = env["sale.order"].search([("order_line", "!=", False)])[0]
            (order.copy() | order.copy() | order.copy()).action_confirm()
        (event,) = self.recorded("order_confirmation")
        self.assertEqual((event.outcome, event.records), ("success", 3))

    def test_a_validation_by_the_customer_contains_the_confirmation(self):
        with self.committed() as env:
            order = env["sale.order"].search([("order_line", "!=", False)])[0].copy()
            order._validate_order()
        (validation,) = self.recorded("order_validation")
        (confirmation,) = self.recorded("order_confirmation")
        self.assertEqual((validation.depth, confirmation.depth), (0, 1))
        self.assertGreater(validation.seconds, confirmation.seconds)
