"""The quotation becomes an order, with a delivery."""

from ..problems import Problem
from .case import Case, state_of


def confirm(case: Case) -> None:
    """Confirm the quotation.

    :raise Problem: it is not an order then, or has no transfer of the warehouse
    """
    order = case.existing_order()
    order.action_confirm()
    if order.state != "sale":
        raise Problem("not_confirmed", state=state_of(order))
    if case.warehouse not in order.picking_ids.picking_type_id.warehouse_id:
        raise Problem("no_delivery", warehouse=case.warehouse.display_name)
