"""Transfers of rehearsals join no batch."""

from odoo import models

from odoo.addons.reliability_synthetic.rehearsal import is_rehearsal


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _find_auto_batch(self):
        """Find none in a rehearsal: others would wait for what is changed with it."""
        if is_rehearsal(self.env):
            return False
        return super()._find_auto_batch()
