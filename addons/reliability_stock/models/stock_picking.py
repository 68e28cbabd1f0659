from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _reliability_outcome(self, operation, result):
        """Count what is done: a question to the user, as for a backorder, is not.

        The result does not tell: printing a report is an action to open, too.  The
        state of transfers may still have to be computed; that of moves was written.
        """
        if operation != "transfer_validation" or result is True:
            return super()._reliability_outcome(operation, result)
        return self.filtered(lambda transfer: transfer._has_done_moves_in_cache())

    def _has_done_moves_in_cache(self):
        """Say whether a move was completed, as far as it is known without a query."""
        moves = self._fields["move_ids"]._get_cache(self.env).get(self.id, ())
        states = self.env["stock.move"]._fields["state"]._get_cache(self.env)
        return any(states.get(move) == "done" for move in moves)
