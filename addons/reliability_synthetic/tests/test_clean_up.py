"""After a check over HTTP only what was shipped remains, with its return."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import reliability_synthetic_company_clean_up
from .synthetic_company import SyntheticCompanyCase

HOUR = timedelta(hours=1)


@tagged("-at_install", "post_install")
class TestCleanUp(SyntheticCompanyCase):
    """The probe names its orders, and Odoo removes what can be removed."""

    def setUp(self):
        super().setUp()
        self.stock = self.in_stock()

    def clean_up(self, *orders):
        found = self.api.clean_up([order.id for order in orders])
        self.env.invalidate_all()
        return found

    def assert_gone(self, order):
        transfers, messages = order.picking_ids, order.sudo().message_ids
        references, moves = order.sudo().stock_reference_ids, order.picking_ids.move_ids
        self.assertTrue(messages)
        self.assertEqual(self.clean_up(order), {"orders": 0, "transfers": 0})
        for records in (order, transfers, messages, references, moves):
            self.assertFalse(records.sudo().exists(), records)
        self.assertEqual(self.in_stock(), self.stock)

    def assert_returned(self, order, transfers=2):
        """Check that a shipped order remains, and its products are in stock."""
        counts = {"orders": 1, "transfers": transfers}
        self.assertEqual(self.clean_up(order), counts)
        self.assertEqual(order.state, "cancel")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(order.order_line.qty_delivered, 0)
        self.assertFalse(order.activity_ids | order.picking_ids.activity_ids)
        self.assertEqual(self.in_stock(), self.stock)
        self.assertFalse(order.invoice_ids)

    def test_a_quotation_is_deleted(self):
        self.assert_gone(self.order())

    def test_one_that_was_sent_is_deleted(self):
        order = self.order()
        order.action_quotation_sent()
        self.assert_gone(order)

    def test_an_order_is_deleted_with_its_transfer(self):
        order = self.confirmed()
        self.assertTrue(order.picking_ids)
        self.assert_gone(order)

    def test_one_that_was_reserved_is_deleted(self):
        order = self.confirmed()
        order.picking_ids.action_assign()
        self.assertEqual(self.in_stock()[1], self.stock[1] + 1)
        self.assert_gone(order)

    def test_one_that_is_locked_is_deleted(self):
        order = self.confirmed()
        order.action_lock()
        self.assert_gone(order)

    def test_one_that_was_cancelled_is_deleted(self):
        order = self.confirmed()
        order.action_cancel()
        self.assert_gone(order)

    def test_files_and_activities_of_it_are_deleted(self):
        order = self.order().sudo()
        order.message_post(body="Signed", attachments=[("order.pdf", b"%PDF")])
        order.activity_schedule(user_id=self.synthetic.user_id.id)
        files, activities = order.message_ids.attachment_ids, order.activity_ids
        self.assertTrue(files and activities)
        self.clean_up(order)
        self.assertFalse(files.exists() or activities.exists())

    def test_a_shipped_order_is_cancelled_and_returned(self):
        self.assert_returned(self.shipped())

    def test_one_that_was_cancelled_after_its_shipment_is_returned(self):
        order = self.shipped()
        order.action_cancel()
        self.assert_returned(order)

    def test_one_whose_return_was_begun_is_returned_once(self):
        order = self.shipped()
        dialog = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        dialog.product_return_moves.quantity = 1
        dialog._create_return()
        self.assert_returned(order)

    def test_again_it_changes_nothing(self):
        order = self.shipped()
        self.assert_returned(order)
        before = order.picking_ids
        self.assert_returned(order)
        self.assertEqual(order.picking_ids, before)

    def test_orders_of_other_companies_are_not_touched(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        order = self.env["sale.order"].create({"partner_id": partner.id})
        self.assertEqual(self.clean_up(order), {"orders": 0, "transfers": 0})
        self.assertEqual(order.state, "draft")

    def test_orders_of_a_company_that_does_business_are_not_touched(self):
        order = self.confirmed()
        self.company.sudo().reliability_left_out = False
        self.assertEqual(self.clean_up(order), {"orders": 0, "transfers": 0})
        self.assertEqual(order.state, "sale")

    def test_those_that_are_gone_are_no_error(self):
        order = self.order()
        self.clean_up(order)
        self.assertEqual(self.clean_up(order), {"orders": 0, "transfers": 0})

    def test_it_notifies_nobody(self):
        order = self.shipped()
        self.clean_up(order)
        messages = order.message_ids | order.picking_ids.message_ids
        self.assertFalse(messages.sudo().notification_ids)


@tagged("-at_install", "post_install")
class TestWhatProbesLeave(SyntheticCompanyCase):
    """A probe that was killed cleans nothing up: Odoo does each hour."""

    def setUp(self):
        super().setUp()
        self.stock = self.in_stock()
        self.commits = 0
        crons = type(self.env["ir.cron"])
        self.patch(crons, "_commit_progress", lambda *_args, **_kwargs: self._commit())

    def _commit(self):
        self.env.flush_all()
        self.commits += 1
        return float("inf")

    def at(self, moment, order):
        """Let an order be made at a moment."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = %s WHERE id = %s", [moment, order.id]
        )
        self.env.invalidate_all()
        return order

    def old(self, order):
        return self.at(fields.Datetime.now() - 2 * HOUR, order)

    def pass_once(self):
        self.model._clean_up_left()
        self.env.invalidate_all()

    def test_what_is_older_than_an_hour_is_cleaned_up(self):
        shipped, open_order = self.old(self.shipped()), self.old(self.confirmed())
        cancelled = self.confirmed()
        cancelled.action_cancel()
        self.old(cancelled)
        self.pass_once()
        self.assertFalse((open_order | cancelled).exists())
        self.assertEqual(shipped.state, "cancel")
        self.assertEqual(self.in_stock(), self.stock)
        self.assertEqual(self.synthetic.transfer_count, 2)

    def test_one_that_was_cancelled_after_its_shipment_is_returned(self):
        order = self.shipped()
        order.action_cancel()
        self.old(order)
        self.pass_once()
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(self.in_stock(), self.stock)

    def test_what_a_probe_may_work_on_is_left_alone(self):
        order = self.confirmed()
        self.pass_once()
        self.assertEqual(order.state, "sale")

    def test_what_is_clean_is_not_touched_again(self):
        self.old(self.shipped())
        self.pass_once()
        before = self.commits
        self.assertFalse(self.synthetic._left_orders())
        self.pass_once()
        self.assertEqual(self.commits, before + 1)

    def test_one_that_cannot_be_cleaned_up_does_not_stop_the_others(self):
        first, second = self.old(self.confirmed()), self.old(self.confirmed())
        module = reliability_synthetic_company_clean_up
        clean_up = module.clean_up

        def fail_at_first(order):
            if order.id == second.id:
                raise ValueError("planted")
            clean_up(order)

        with (
            patch.object(module, "clean_up", fail_at_first),
            patch.object(self.env.cr, "rollback"),
            mute_logger(module.__name__),
        ):
            self.pass_once()
        self.assertFalse(first.exists())
        self.assertEqual(second.state, "sale")
        self.pass_once()
        self.assertFalse(second.exists())

    def test_one_that_cannot_be_cleaned_up_does_not_stop_the_archive(self):
        order = self.confirmed()
        module = reliability_synthetic_company_clean_up
        failing = patch.object(module, "clean_up", side_effect=ValueError("planted"))
        with failing, mute_logger(module.__name__):
            self.synthetic._archive()
        self.assertEqual((order.state, self.company.active), ("sale", False))

    def test_there_is_nothing_to_do_without_a_company(self):
        self.synthetic._archive()
        with freeze_time(fields.Datetime.now() + 2 * HOUR):
            self.pass_once()
