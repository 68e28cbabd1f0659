from odoo import models

from odoo.addons.reliability.api import guarded, mark_done

_TO_RESERVE = ("confirmed", "waiting", "partially_available")
"""States of moves that are not reserved, or only in part."""


class StockMove(models.Model):
    """Moves say what a reservation or a validation of their transfers has done."""

    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        _mark_to_reserve(self)
        return super()._action_assign(force_qty=force_qty)

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        mark_done(moves, "transfer_validation")
        return moves

    def _reliability_outcome(self, operation, result):
        """Count the moves that were done, without cancelled and split ones."""
        if operation == "move_completion":
            return result
        return super()._reliability_outcome(operation, result)


@guarded
def _mark_to_reserve(moves):
    """Mark the moves that are to be reserved, as the cache knows them."""
    states = moves._fields["state"]._get_cache(moves.env)
    mark_done(
        moves.browse(
            move_id
            for move_id in moves._ids
            if states.get(move_id, _TO_RESERVE[0]) in _TO_RESERVE
        ),
        "reservation",
    )
