from odoo import models


class ReliabilityExchange(models.Model):
    _inherit = "reliability.exchange"

    def _reason_not_to_retry(self):
        """Name the carrier and its parcels where a retry would make another parcel."""
        reason = super()._reason_not_to_retry()
        if reason and self.orphan_count and self.res_model == "stock.picking":
            orphans = self.reference_ids.filtered(
                lambda reference: reference.state == "orphaned"
            )
            return self.env._(
                "%(carrier)s has made %(parcels)s for %(transfer)s already. Use this"
                " parcel, or cancel it at the carrier: see the list below.",
                carrier=self.integration_id.name,
                parcels=", ".join(orphans.mapped("name")),
                transfer=self.res_name,
            )
        return reason
