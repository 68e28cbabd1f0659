"""The price that a delivery method asks for the order of a rehearsal."""

from odoo.addons.reliability_synthetic.problems import Problem
from odoo.addons.reliability_synthetic.steps.case import Case


def rate(case: Case, carrier: int | bool = False) -> None:
    """Ask a delivery method for its rate, as the dialog of an order does.

    Providers that connect to a carrier are refused by the isolation, by name.

    :param carrier: the id of the delivery method
    :raise Problem: there is none, or it has no rate
    """
    order = case.existing_order()
    method = case.env["delivery.carrier"].browse(carrier or ())
    if not method:
        raise Problem("no_carrier")
    if not method.active:
        raise Problem("carrier_archived", carrier=method.name)
    answer = method.rate_shipment(order)
    if not answer["success"]:
        text = answer.get("error_message") or ""
        raise Problem("no_rate", carrier=method.name, text=text)
