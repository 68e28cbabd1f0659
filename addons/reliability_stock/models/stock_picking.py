from odoo import models

from odoo.addons.reliability.api import done_ids


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _reliability_outcome(self, operation, result):
        """Count the transfers on which the call has done something.

        A validation that only opened a dialog, or whose transfer was done before, has
        completed no move; a reservation of a transfer that was reserved had none to
        reserve.  The result of the methods distinguishes none of these.
        """
        if operation not in ("transfer_validation", "reservation"):
            return super()._reliability_outcome(operation, result)
        moves = done_ids(self.env, operation)
        move_ids = self._fields["move_ids"]._get_cache(self.env)
        done = self.filtered(
            lambda transfer: not moves.isdisjoint(move_ids.get(transfer.id) or ())
        )
        # Without a query, it is not known whose the moves are that left the cache.
        return done or (self if moves else self.browse())
