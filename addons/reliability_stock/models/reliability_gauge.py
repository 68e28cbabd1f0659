"""Gauges of open transfers and moves: they show a stall in which nothing fails."""

from odoo import models

_SELECT = """
    SELECT picking_type.company_id::text AS company, warehouse.code AS warehouse,
           picking_type.sequence_code AS operation_type,
"""
_FROM = """
      FROM stock_picking_type AS picking_type
      LEFT JOIN stock_warehouse AS warehouse
        ON warehouse.id = picking_type.warehouse_id
"""
GAUGES = (
    "transfers_waiting",
    "transfers_late",
    "transfers_oldest_late_seconds",
    "transfers_oldest_waiting_seconds",
    "moves_open",
)


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self._register_gauge(
            "transfers_waiting",
            "Open transfers: ready, or waiting for goods or for another transfer.",
            f"""
            {_SELECT} state.name AS state, count(picking.id) AS value {_FROM}
             CROSS JOIN (VALUES ('ready'), ('waiting')) AS state (name)
              LEFT JOIN stock_picking AS picking
                ON picking.picking_type_id = picking_type.id
               AND picking.state IN ('confirmed', 'waiting', 'assigned')
               AND (picking.state = 'assigned') = (state.name = 'ready')
             WHERE picking_type.active
             GROUP BY 1, 2, 3, 4
            """,
        )
        self._register_transfer_gauge(
            "transfers_late",
            "Open transfers whose scheduled date has passed.",
            "count(picking.id) FILTER (WHERE picking.scheduled_date < now.utc)",
        )
        self._register_transfer_gauge(
            "transfers_oldest_late_seconds",
            "Time since the earliest scheduled date of the late transfers.",
            "coalesce(extract(epoch FROM now.utc - min(picking.scheduled_date)"
            " FILTER (WHERE picking.scheduled_date < now.utc)), 0)",
        )
        self._register_transfer_gauge(
            "transfers_oldest_waiting_seconds",
            "Time since the creation of the oldest open transfer.",
            "coalesce(extract(epoch FROM now.utc - min(picking.create_date)), 0)",
        )
        self._register_gauge(
            "moves_open",
            "Open stock moves by how much of their goods is reserved: all, some or"
            " nothing; without those that wait for another transfer.",
            f"""
            {_SELECT} reserved.name AS reserved, count(move.id) AS value {_FROM}
             CROSS JOIN (VALUES ('all', 'assigned'), ('some', 'partially_available'),
                                ('nothing', 'confirmed')) AS reserved (name, state)
              LEFT JOIN stock_move AS move
                ON move.picking_type_id = picking_type.id
               AND move.state = reserved.state
             WHERE picking_type.active
             GROUP BY 1, 2, 3, 4
            """,
        )
        return result

    def _register_transfer_gauge(self, name, text, value):
        """Register a gauge of the open transfers of each operation type.

        :param str value: SQL expression that aggregates the transfers
        """
        self._register_gauge(
            name,
            text,
            f"""
            {_SELECT} {value} AS value {_FROM}
             CROSS JOIN (SELECT now() AT TIME ZONE 'UTC' AS utc) AS now
              LEFT JOIN stock_picking AS picking
                ON picking.picking_type_id = picking_type.id
               AND picking.state IN ('confirmed', 'waiting', 'assigned')
             WHERE picking_type.active
             GROUP BY 1, 2, 3, now.utc
            """,
        )
