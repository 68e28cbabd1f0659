"""The product is reserved for the delivery."""

from ..problems import Problem
from .case import Case, state_of


def reserve(case: Case) -> None:
    """Reserve what the open transfers of the order need.

    :raise Problem: a transfer is not ready then, or takes from another location
    """
    for transfer in case.open_transfers():
        reserve_transfer(transfer)
        others = transfer.move_line_ids.location_id - case.location
        if others:
            raise Problem("other_location", location=others[0].display_name)


def reserve_transfer(transfer) -> None:
    """Reserve a transfer, unless the warehouse has done that already.

    :raise Problem: it is not ready then
    """
    if transfer.state != "assigned":
        transfer.action_assign()
    if transfer.state != "assigned":
        raise Problem(
            "not_reserved",
            operation=transfer.picking_type_id.display_name,
            state=state_of(transfer),
        )
