"""What waits in the warehouses: a stall in which nothing fails must be seen, too."""

from odoo import models

_TYPES = """
    SELECT kind.company_id::text AS company, warehouse.code AS warehouse,
           kind.sequence_code AS operation_type,
"""
_OF_TYPES = """
      FROM stock_picking_type AS kind
      LEFT JOIN stock_warehouse AS warehouse ON warehouse.id = kind.warehouse_id
"""
FACTS = (
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
            "Transfers that are not done: ready to be, or waiting for goods or others.",
            f"""
            {_TYPES} state.name AS state, count(picking.id) AS value {_OF_TYPES}
             CROSS JOIN (VALUES ('ready'), ('waiting')) AS state (name)
              LEFT JOIN stock_picking AS picking
                ON picking.picking_type_id = kind.id
               AND picking.state IN ('confirmed', 'waiting', 'assigned')
               AND (picking.state = 'assigned') = (state.name = 'ready')
             WHERE kind.active
             GROUP BY 1, 2, 3, 4
            """,
        )
        self._tell_of_transfers(
            "transfers_late",
            "Transfers that are not done and were to be done before now.",
            "count(picking.id) FILTER (WHERE picking.scheduled_date < now.utc)",
        )
        self._tell_of_transfers(
            "transfers_oldest_late_seconds",
            "How late the latest of them is.",
            "coalesce(extract(epoch FROM now.utc - min(picking.scheduled_date)"
            " FILTER (WHERE picking.scheduled_date < now.utc)), 0)",
        )
        self._tell_of_transfers(
            "transfers_oldest_waiting_seconds",
            "How long ago the oldest transfer that is not done was made.",
            "coalesce(extract(epoch FROM now.utc - min(picking.create_date)), 0)",
        )
        self._register_gauge(
            "moves_open",
            "Lines of transfers that want goods, by how much of them is reserved: all,"
            " some or nothing; those that wait for another transfer are left out.",
            f"""
            {_TYPES} reserved.name AS reserved, count(move.id) AS value {_OF_TYPES}
             CROSS JOIN (VALUES ('all', 'assigned'), ('some', 'partially_available'),
                                ('nothing', 'confirmed')) AS reserved (name, state)
              LEFT JOIN stock_move AS move
                ON move.picking_type_id = kind.id AND move.state = reserved.state
             WHERE kind.active
             GROUP BY 1, 2, 3, 4
            """,
        )
        return result

    def _tell_of_transfers(self, name, text, value):
        """Tell a fact of the open transfers of each operation type."""
        self._register_gauge(
            name,
            text,
            f"""
            {_TYPES} {value} AS value {_OF_TYPES}
             CROSS JOIN (SELECT now() AT TIME ZONE 'UTC' AS utc) AS now
              LEFT JOIN stock_picking AS picking
                ON picking.picking_type_id = kind.id
               AND picking.state IN ('confirmed', 'waiting', 'assigned')
             WHERE kind.active
             GROUP BY 1, 2, 3, now.utc
            """,
        )
