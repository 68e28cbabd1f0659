from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _reliability_outcome(self, operation, result):
        """Count the moves that were done, without cancelled and split ones."""
        if operation == "move_completion":
            return result
        return super()._reliability_outcome(operation, result)
