from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _reliability_outcome(self, operation, result):
        """Count the moves that were completed: others were cancelled or split off."""
        if operation == "move_completion":
            return result
        return super()._reliability_outcome(operation, result)
