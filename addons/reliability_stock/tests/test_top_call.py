"""A failed call on moves leads to their transfers, which people know."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.reliability.tests.counting import NOON, CountedCase

from .test_stock_picking import Transfers


@tagged("-at_install", "post_install")
class TestTransfersOfMoves(Transfers, CountedCase):
    def setUp(self):
        super().setUp()
        self.user.group_ids += self.env.ref("stock.group_stock_user")
        self.transfers = self.make_transfer(self.env) | self.make_transfer(self.env)
        self.env.flush_all()

    def call(self, moves):
        """Return the failed completion of moves."""
        detail = "ValueError", "no", tuple(moves.ids)
        self.count(NOON, "failed", operation="move_completion", detail=detail)
        calls = self.env["reliability.top.call"].with_user(self.user)
        return calls.search([("host", "=", "one"), ("name", "=", "move_completion")])

    def test_of_one_transfer(self):
        (transfer, _other) = self.transfers
        call = self.call(transfer.move_ids)
        self.assertEqual(call.document, transfer.name)
        self.assertEqual(call.res_model, "stock.picking")
        self.assertEqual(call.action_open_documents()["res_id"], transfer.id)

    def test_of_several_transfers(self):
        call = self.call(self.transfers.move_ids)
        self.assertEqual(call.document, "2 transfers")
        domain = call.action_open_documents()["domain"]
        self.assertEqual(self.env["stock.picking"].search(domain), self.transfers)

    def test_a_move_that_does_not_exist_any_more_leads_nowhere(self):
        moves = self.transfers[0].move_ids
        ids = moves.ids
        moves.state = "draft"
        moves.unlink()
        self.env.flush_all()
        self.assertFalse(self.call(self.env["stock.move"].browse(ids)).document)

    def test_who_may_not_read_transfers_reads_that_it_is_one(self):
        self.user.group_ids -= self.env.ref("stock.group_stock_user")
        call = self.call(self.transfers[0].move_ids)
        self.assertEqual(call.document, "Transfer (no access)")
        self.assertFalse(call.can_open)
        with self.assertRaises(UserError):
            call.action_open_documents()
