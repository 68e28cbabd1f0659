"""Removing an order of the synthetic company.

Odoo deletes no stock move that is done: an order that was shipped remains, cancelled,
with its delivery and its return.
"""

from odoo.models import BaseModel

_ENDED = ("done", "cancel")


def lock(orders: BaseModel) -> None:
    """Let others that clean up the same orders wait, and begin again after this.

    They would not see what this has done: the rows must change for them to notice.
    """
    orders.env.flush_all()
    orders.env.cr.execute(
        "UPDATE sale_order SET write_date = write_date WHERE id = ANY(%s)", [orders.ids]
    )


def clean_up(order: BaseModel) -> None:
    """Cancel an order, return what was delivered, and delete all that Odoo can.

    :param order: with all rights, in the environment of its company
    """
    order = order.with_context(
        tracking_disable=True, mail_activity_automation_skip=True
    )
    order.action_unlock()
    order.picking_ids.filtered(_is_open).action_cancel()
    for delivery in order.picking_ids.filtered(_is_delivered):
        _return(delivery)
    order.action_cancel()
    order.picking_ids.filtered(lambda one: not _done_moves(one)).unlink()
    if not order.picking_ids:
        order.stock_reference_ids.unlink()
        order.unlink()


def _is_open(transfer: BaseModel) -> bool:
    return transfer.state not in _ENDED


def _is_delivered(transfer: BaseModel) -> bool:
    return any(map(_quantity_out, transfer.move_ids))


def _done_moves(transfer: BaseModel) -> BaseModel:
    return transfer.move_ids.filtered(lambda move: move.state == "done")


def _quantity_out(move: BaseModel) -> float:
    """Return the quantity that a customer has of a delivery, and has not returned."""
    if move.state != "done" or move.location_dest_id.usage != "customer":
        return 0.0
    returned = move.returned_move_ids.filtered(lambda one: one.state == "done")
    return move.quantity - sum(returned.mapped("quantity"))


def _return(delivery: BaseModel) -> None:
    """Bring what was delivered back to the stock of the warehouse."""
    dialog = delivery.env["stock.return.picking"].create({"picking_id": delivery.id})
    for line in dialog.product_return_moves:
        line.quantity = _quantity_out(line.move_id)
    transfer = dialog._create_return()
    transfer.move_ids.picked = True
    transfer.with_context(cancel_backorder=True)._action_done()
    dialog.unlink()
