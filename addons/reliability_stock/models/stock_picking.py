from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _reliability_outcome(self, operation, result):
        """Count the transfers that were validated, not those that only opened a dialog.

        The result does not distinguish them: a report to print is an action as well.
        The state of a transfer may not be computed yet; the state of its moves is
        written.
        """
        if operation != "transfer_validation" or result is True:
            return super()._reliability_outcome(operation, result)
        return self.filtered(lambda transfer: transfer._has_done_moves_in_cache())

    def _has_done_moves_in_cache(self):
        """Return whether a move is done, as far as the cache knows, without a query."""
        move_ids = self._fields["move_ids"]._get_cache(self.env).get(self.id, ())
        states = self.env["stock.move"]._fields["state"]._get_cache(self.env)
        return any(states.get(move_id) == "done" for move_id in move_ids)
