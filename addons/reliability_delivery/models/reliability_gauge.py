"""Parcels and cutoffs, as /metrics tells them."""

from odoo import api, models

from .delivery_carrier import OF_ODOO

_OF_CUTOFFS = """
    SELECT cutoff.company_id::text AS company, warehouse.code AS warehouse,
           coalesce(carrier.name->>'en_US', '') AS carrier,
           to_char(forecast.moment, 'HH24:MI') AS utc, {value} AS value
      FROM reliability_cutoff_forecast AS forecast
      JOIN reliability_cutoff AS cutoff ON cutoff.id = forecast.id
      JOIN stock_warehouse AS warehouse ON warehouse.id = cutoff.warehouse_id
      LEFT JOIN delivery_carrier AS carrier ON carrier.id = cutoff.carrier_id
"""
_CUTOFFS = {
    "cutoff_parcels_left": (
        "Parcels still to do for today's cutoffs; a later one counts what an earlier"
        " one of the same carrier leaves.",
        "forecast.parcels_left",
    ),
    "cutoff_parcels_missing": (
        "How many of them will not be ready, if all goes on like this.",
        "forecast.parcels_missing",
    ),
    "cutoff_parcels_an_hour": (
        "How many parcels are done in an hour: in the last one, else usually.",
        "forecast.an_hour",
    ),
    "cutoff_remaining_seconds": (
        "How long it is until the truck leaves; negative when it has left.",
        "forecast.seconds_left",
    ),
    "cutoff_at_risk": (
        "1 where parcels will miss, or have missed, the truck.",
        "(forecast.state IN ('at_risk', 'missed'))::int",
    ),
}
_WITHOUT_LABEL = """
    SELECT kind.company_id::text AS company, warehouse.code AS warehouse,
           count(picking.id) AS value
      FROM stock_picking_type AS kind
      JOIN stock_warehouse AS warehouse ON warehouse.id = kind.warehouse_id
      LEFT JOIN (
          SELECT picking.id, picking.picking_type_id FROM stock_picking AS picking
            JOIN delivery_carrier AS carrier ON carrier.id = picking.carrier_id
           WHERE picking.state = 'done'
             AND picking.date_done >= now() AT TIME ZONE 'UTC' - interval '7 days'
             AND coalesce(picking.carrier_tracking_ref, '') = ''
             AND carrier.integration_level = 'rate_and_ship'
             AND carrier.delivery_type NOT IN ({of_odoo})
      ) AS picking ON picking.picking_type_id = kind.id
     WHERE kind.active AND kind.code = 'outgoing'
     GROUP BY 1, 2
"""
FACTS = (*_CUTOFFS, "parcels_without_label")


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    @api.model
    def _tell_of_parcels(self):
        """Tell of cutoffs, once their forecast is there, and of parcels."""
        for name, (text, value) in _CUTOFFS.items():
            self._register_gauge(name, text, _OF_CUTOFFS.replace("{value}", value))
        of_odoo = ", ".join(f"'{kind}'" for kind in OF_ODOO)
        self._register_gauge(
            "parcels_without_label",
            "Deliveries of a week that are validated and have no label of a carrier.",
            _WITHOUT_LABEL.replace("{of_odoo}", of_odoo),
        )
