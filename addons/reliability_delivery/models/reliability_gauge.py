"""Gauges of parcels and cutoffs on ``/metrics``."""

from odoo import api, models

from .delivery_carrier import BUILT_IN_TYPES

_CUTOFF_QUERY = """
    SELECT cutoff.company_id::text AS company, warehouse.code AS warehouse,
           coalesce(carrier.name->>'en_US', '') AS carrier,
           to_char(forecast.departure, 'HH24:MI') AS utc, {value} AS value
      FROM reliability_cutoff_forecast AS forecast
      JOIN reliability_cutoff AS cutoff ON cutoff.id = forecast.id
      JOIN stock_warehouse AS warehouse ON warehouse.id = cutoff.warehouse_id
      LEFT JOIN delivery_carrier AS carrier ON carrier.id = cutoff.carrier_id
"""
_CUTOFF_GAUGES = {
    "cutoff_parcels_left": (
        "Parcels to pack or to label for today's cutoffs; a later one counts what an"
        " earlier one of the same carrier leaves.",
        "forecast.parcels_left",
    ),
    "cutoff_parcels_missing": (
        "Parcels that will miss the truck at the present pace.",
        "forecast.parcels_missing",
    ),
    "cutoff_parcels_an_hour": (
        "Parcels packed per hour: the lower one of the last hour and the last 20"
        " minutes; before the first parcel of the day, as usual at this time.",
        "forecast.parcels_per_hour",
    ),
    "cutoff_remaining_seconds": (
        "Seconds until the truck leaves; negative after it has left.",
        "forecast.seconds_left",
    ),
    "cutoff_at_risk": (
        "1 where parcels will miss, or have missed, the truck.",
        "(forecast.state IN ('at_risk', 'missed'))::int",
    ),
}
_WITHOUT_LABEL_QUERY = """
    SELECT picking_type.company_id::text AS company, warehouse.code AS warehouse,
           count(picking.id) AS value
      FROM stock_picking_type AS picking_type
      JOIN stock_warehouse AS warehouse ON warehouse.id = picking_type.warehouse_id
      LEFT JOIN (
          SELECT picking.id, picking.picking_type_id FROM stock_picking AS picking
            JOIN delivery_carrier AS carrier ON carrier.id = picking.carrier_id
           WHERE picking.state = 'done'
             AND picking.date_done >= now() AT TIME ZONE 'UTC' - interval '7 days'
             AND coalesce(picking.carrier_tracking_ref, '') = ''
             AND carrier.integration_level = 'rate_and_ship'
             AND carrier.delivery_type NOT IN ({built_in_types})
      ) AS picking ON picking.picking_type_id = picking_type.id
     WHERE picking_type.active AND picking_type.code = 'outgoing'
     GROUP BY 1, 2
"""
GAUGES = (*_CUTOFF_GAUGES, "parcels_without_label")


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    @api.model
    def _register_parcel_gauges(self):
        """Register the gauges of cutoffs and parcels, once the forecast exists."""
        for name, (text, value) in _CUTOFF_GAUGES.items():
            query = _CUTOFF_QUERY.replace("{value}", value)
            self._register_gauge(name, text, query)
        built_in_types = ", ".join(f"'{name}'" for name in BUILT_IN_TYPES)
        self._register_gauge(
            "parcels_without_label",
            "Deliveries validated in the last week that have no label of a carrier.",
            _WITHOUT_LABEL_QUERY.replace("{built_in_types}", built_in_types),
        )
