from odoo import api, models


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.private
    def _reliability_verdict(self, operation, result):
        """Count the moves that were completed: others were cancelled or split off."""
        if operation == "move_completion":
            return result
        return super()._reliability_verdict(operation, result)
