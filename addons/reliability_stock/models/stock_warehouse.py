from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def write(self, vals):
        """Let every worker forget the code that it counts this warehouse under.

        After the commit: until then, the old code is what others read.
        """
        result = super().write(vals)
        if "code" in vals:
            self.env.cr.postcommit.add(self.env.registry.clear_cache)
        return result
