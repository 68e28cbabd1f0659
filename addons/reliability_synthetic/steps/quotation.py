"""A quotation with one line, and its total."""

from odoo.fields import Command

from ..problems import Problem
from .case import QUANTITY, Case


def quote(case: Case, expected_total: float = 0.0) -> None:
    """Create a quotation, without a pricelist: in the currency of the company.

    :param expected_total: with taxes; 0 is not checked
    :raise Problem: the total differs, as with a wrong tax
    """
    line = {"product_id": case.product.id, "product_uom_qty": QUANTITY}
    case.order = case.env["sale.order"].create(
        {
            "partner_id": case.partner.id,
            "warehouse_id": case.warehouse.id,
            "pricelist_id": False,
            "order_line": [Command.create(line)],
        }
    )
    if expected_total:
        _check_total(case.order, expected_total)


def _check_total(order, expected: float) -> None:
    currency = order.currency_id
    if currency.compare_amounts(order.amount_total, expected):
        raise Problem(
            "wrong_total",
            expected=currency.format(expected),
            found=currency.format(order.amount_total),
            untaxed=currency.format(order.amount_untaxed),
            taxes=", ".join(order.order_line.tax_ids.mapped("name")),
        )
