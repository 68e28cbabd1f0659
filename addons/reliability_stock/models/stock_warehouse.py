from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def write(self, vals):
        """Let every worker forget the code that it counts this warehouse under."""
        result = super().write(vals)
        if "code" in vals:
            self.env["reliability.operation"]._take_effect()
        return result
