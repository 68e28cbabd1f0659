from odoo import models


class ReliabilityExchange(models.Model):
    _inherit = "reliability.exchange"

    def _reason_not_to_retry(self):
        """Say of a parcel what to do, where the counterpart has made one already."""
        reason = super()._reason_not_to_retry()
        if reason and self.orphan_count and self.res_model == "stock.picking":
            return self.env._(
                "The carrier has a parcel for this already. Take it over, or cancel it"
                " there: below, under What It Has Made."
            )
        return reason
