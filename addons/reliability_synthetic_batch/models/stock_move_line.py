"""Operations of rehearsals join no wave."""

from odoo import models

from odoo.addons.reliability_synthetic.rehearsal import is_rehearsal


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _auto_wave(self):
        """Find none in a rehearsal: others would wait for what is changed with it."""
        if is_rehearsal(self.env):
            return None
        return super()._auto_wave()
