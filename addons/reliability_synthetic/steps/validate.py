"""The delivery is shipped, in as many steps as the warehouse has."""

from ..problems import Problem
from .case import QUANTITY, Case, state_of
from .reserve import reserve_transfer

_MAX_TRANSFERS = 10
"""Pick, pack, ship: three, and some of customers' own."""


def validate(case: Case) -> None:
    """Validate the transfers of the order one after the other.

    :raise Problem: one is not done then, or the product has not left its location
    """
    for _number in range(_MAX_TRANSFERS):
        transfer = case.open_transfers()[:1]
        if not transfer:
            break
        reserve_transfer(transfer)
        _validate_transfer(transfer)
    if case.order.order_line.filtered(lambda line: line.qty_delivered != QUANTITY):
        raise Problem("not_delivered", warehouse=case.warehouse.display_name)
    if _quantity_left(case):
        raise Problem("quantity_left", location=case.location.display_name)


def _validate_transfer(transfer) -> None:
    """Validate without the question whether customers should get text messages."""
    answer = transfer.with_context(skip_sms=True).button_validate()
    if transfer.state == "done":
        return
    operation = transfer.picking_type_id.display_name
    if isinstance(answer, dict):
        dialog = answer.get("name") or answer.get("res_model") or ""
        raise Problem("dialog", operation=operation, dialog=str(dialog))
    raise Problem("not_validated", operation=operation, state=state_of(transfer))


def _quantity_left(case: Case) -> float:
    """Return the quantity of the product in its location."""
    quants = case.env["stock.quant"].sudo()
    ours = [("location_id", "=", case.location.id)]
    return sum(quants.search(ours).mapped("quantity"))
