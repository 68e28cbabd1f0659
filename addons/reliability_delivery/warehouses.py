"""The warehouse of a transfer, without a query in Odoo's transaction."""

import time

from odoo.models import BaseModel

from odoo.addons.reliability.api import guarded
from odoo.addons.reliability_integration import ledger

_CACHE_SECONDS = 60.0
_QUERY = """
    SELECT picking_type.id, warehouse.code
      FROM public.stock_picking_type AS picking_type
      JOIN public.stock_warehouse AS warehouse
        ON warehouse.id = picking_type.warehouse_id
"""

_cache: dict[str, tuple[float, dict[int, str]]] = {}
"""Database → when its codes expire (monotonic), operation type id → warehouse code."""


@guarded
def warehouse_code(records: BaseModel) -> str:
    """Return the code of the warehouse of a transfer; empty where it is unknown.

    The ledger finds the warehouse of an order without this function.
    """
    field = records._fields.get("picking_type_id")
    if field is None or not records._ids:
        return ""
    picking_type_id = field._get_cache(records.env).get(records._ids[0])
    if not picking_type_id:
        return ""
    return _codes(records.env.registry.db_name).get(picking_type_id, "")


def _codes(db: str) -> dict[int, str]:
    """Return operation type id → warehouse code."""
    expires, codes = _cache.get(db, (0.0, {}))
    if time.monotonic() < expires or not ledger.is_real:
        return codes
    rows = ledger.try_query(db, _QUERY)
    if rows is None:  # The old codes stay in use while the database does not answer.
        return codes
    codes = dict(rows)
    _cache[db] = time.monotonic() + _CACHE_SECONDS, codes
    return codes
