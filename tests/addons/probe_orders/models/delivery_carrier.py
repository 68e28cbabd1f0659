"""A delivery method whose carrier answers no request for a rate."""

import requests

from odoo import fields, models

from .sale_order import NOWHERE


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("probe", "Carrier That Is Down")],
        ondelete={"probe": "set default"},
    )

    def probe_rate_shipment(self, _order):
        """Ask the carrier, as connectors do: an error is an answer without a rate."""
        try:
            requests.get(f"https://{NOWHERE}/rates", timeout=5)
        except requests.RequestException as error:
            return {"success": False, "error_message": str(error)}
