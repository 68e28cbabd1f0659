"""The warehouse that waits for a carrier, without a query in Odoo's transaction."""

import time

from odoo.models import BaseModel

from odoo.addons.reliability.api import guarded
from odoo.addons.reliability_integration import ledger

_SECONDS_REMEMBERED = 60.0
_QUERY = """
    SELECT kind.id, warehouse.code FROM stock_picking_type AS kind
      JOIN stock_warehouse AS warehouse ON warehouse.id = kind.warehouse_id
"""

_known: dict[str, tuple[float, dict[int, str]]] = {}


@guarded
def warehouse_of(about: BaseModel) -> str:
    """Return the code of the warehouse of a transfer; empty where it is not known.

    Of an order the ledger finds it out by itself.
    """
    field = about._fields.get("picking_type_id")
    if field is None or not about._ids:
        return ""
    kind = field._get_cache(about.env).get(about._ids[0])
    return _codes(about.env.registry.db_name).get(kind, "") if kind else ""


def _codes(db: str) -> dict[int, str]:
    """Return types of operations → codes of their warehouses."""
    until, codes = _known.get(db, (0.0, {}))
    if time.monotonic() < until or not ledger.is_real:
        return codes
    # Where the database does not answer, as they were known.
    rows = ledger.ask(db, _QUERY)
    codes = codes if rows is None else dict(rows)
    _known[db] = time.monotonic() + _SECONDS_REMEMBERED, codes
    return codes
