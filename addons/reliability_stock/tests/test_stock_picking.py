from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.tests.common import CommittedCase, MeasuredMethodCase


class Transfers:
    """Mixin that makes transfers of goods in stock."""

    @staticmethod
    def make_transfer(env, quantity=5, picking_type=None):
        """Return a confirmed delivery of a product in stock that is not reserved."""
        picking_type = picking_type or env.ref("stock.picking_type_out")
        product = env["product.product"].create(
            {"name": "Probe", "is_storable": True, "type": "consu"}
        )
        source = picking_type.default_location_src_id
        env["stock.quant"]._update_available_quantity(product, source, 100)
        move = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": picking_type.default_location_dest_id.id,
        }
        transfer = env["stock.picking"].create(
            {"picking_type_id": picking_type.id, "move_ids": [Command.create(move)]}
        )
        transfer.action_confirm()
        transfer.do_unreserve()
        return transfer

    @staticmethod
    def pick(transfer, quantity):
        transfer.move_ids.quantity = quantity
        transfer.move_ids.picked = True


@tagged("-at_install", "post_install")
class TestReservationAndValidation(Transfers, MeasuredMethodCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.transfer = self.make_transfer(self.env)

    def test_no_query_is_added(self):
        def picked(transfer):
            self.pick(transfer, 5)

        self.assert_no_query_is_added(self.transfer, "action_assign")
        self.assert_no_query_is_added(self.transfer, "button_validate", picked)
        moves = self.transfer.move_ids
        self.assert_no_query_is_added(
            moves, "_action_done", lambda moves: self.pick(moves.picking_id, 5)
        )

    def test_result_and_exception_are_unchanged(self):
        self.assertIs(self.transfer.action_assign(), True)
        self.pick(self.transfer, 5)
        self.assertIs(self.transfer.button_validate(), True)
        with self.assertRaises(UserError):
            self.transfer.action_assign()


@tagged("-at_install", "post_install")
class TestRecordedOutcomes(Transfers, CommittedCase):
    def test_a_validated_transfer_and_its_moves_are_recorded(self):
        with self.committed() as env:
            transfer = self.make_transfer(env)
            warehouse = transfer.picking_type_id.warehouse_id.code
        with self.committed() as env:  # nothing is cached, as in a request
            env["stock.picking"].browse(transfer.id).action_assign()
        with self.committed() as env:
            self.pick(env["stock.picking"].browse(transfer.id), 5)
        with self.committed() as env:
            env["stock.picking"].browse(transfer.id).button_validate()
        for operation in ("reservation", "transfer_validation", "move_completion"):
            ((labels, event),) = self.recorded_with_labels(operation)
            self.assertEqual(labels["warehouse"], warehouse)
            self.assertEqual((event.outcome, event.records), ("success", 1))

    def test_a_validation_that_opens_a_backorder_dialog_is_not_recorded(self):
        with self.committed() as env:
            transfer = self.make_transfer(env)
            self.pick(transfer, 2)
            dialog = transfer.button_validate()
            self.assertEqual(dialog["res_model"], "stock.backorder.confirmation")
        self.assertEqual(self.outcomes_of("transfer_validation"), [])
        with self.committed() as env:
            wizard = env["stock.backorder.confirmation"]
            wizard = wizard.with_context(**dialog["context"])
            wizard.create({"pick_ids": [Command.set(transfer.ids)]}).process()
        self.assertEqual(self.outcomes_of("transfer_validation"), ["success"])

    def test_a_validation_that_prints_a_report_is_recorded(self):
        with self.committed() as env:
            picking_type = env.ref("stock.picking_type_out")
            picking_type.auto_print_delivery_slip = True
            transfer = self.make_transfer(env)
            self.pick(transfer, 5)
            action = transfer.button_validate()
            self.assertEqual(action["tag"], "do_multi_print")
            picking_type.auto_print_delivery_slip = False
        self.assertEqual(self.outcomes_of("transfer_validation"), ["success"])

    def test_transfers_of_several_warehouses_are_recorded_as_mixed(self):
        with self.committed() as env:
            other = env["stock.warehouse"].search([("code", "=", "OTH")])
            other = other or other.create({"name": "Other", "code": "OTH"})
            transfers = self.make_transfer(env)
            transfers |= self.make_transfer(env, picking_type=other.out_type_id)
            self.pick(transfers, 5)
            transfers.button_validate()
        ((labels, event),) = self.recorded_with_labels("transfer_validation")
        self.assertEqual(labels["warehouse"], "mixed")
        self.assertEqual(event.records, 2)

    def test_what_was_validated_before_is_not_recorded_again(self):
        with self.committed() as env:
            transfer = self.make_transfer(env)
            self.pick(transfer, 5)
        for _click in range(4):
            with self.committed() as env:
                env["stock.picking"].browse(transfer.id).button_validate()
        with self.committed() as env:
            moves = env["stock.picking"].browse(transfer.id).move_ids
            moves._action_done()
        for operation in ("transfer_validation", "move_completion"):
            self.assertEqual(self.outcomes_of(operation), ["success"])

    def test_a_second_validation_in_the_same_transaction_is_not_recorded(self):
        with self.committed() as env:
            transfer = self.make_transfer(env)
            self.pick(transfer, 5)
            transfer.button_validate()
            transfer.button_validate()
        self.assertEqual(self.outcomes_of("transfer_validation"), ["success"])

    def test_of_several_transfers_those_that_were_done_before_are_not_counted(self):
        with self.committed() as env:
            transfers = self.make_transfer(env) | self.make_transfer(env)
            self.pick(transfers, 5)
            transfers[0].button_validate()
        with self.committed() as env:
            env["stock.picking"].browse(transfers.ids).button_validate()
        events = self.recorded("transfer_validation")
        self.assertEqual([event.records for event in events], [1, 1])

    def test_what_was_reserved_before_is_not_recorded_again(self):
        with self.committed() as env:
            transfer = self.make_transfer(env)
        for _click in range(2):
            with self.committed() as env:
                env["stock.picking"].browse(transfer.id).action_assign()
        self.assertEqual(self.outcomes_of("reservation"), ["success"])

    def test_a_reservation_that_finds_no_stock_is_recorded(self):
        with self.committed() as env:
            transfer = self.make_transfer(env, quantity=500)
        for _click in range(2):
            with self.committed() as env:
                env["stock.picking"].browse(transfer.id).action_assign()
        self.assertEqual(self.outcomes_of("reservation"), ["success"] * 2)

    def test_a_refused_reservation_is_recorded_as_rejected(self):
        with self.committed() as env:
            transfer = self.make_transfer(env)
            self.pick(transfer, 5)
            transfer.button_validate()
        with self.assertRaises(UserError), self.committed() as env:
            env["stock.picking"].browse(transfer.id).action_assign()
        self.assertEqual(self.outcomes_of("reservation")[-1], "rejected")
