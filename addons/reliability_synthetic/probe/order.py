"""The order of an attempt: quoted, confirmed, shipped or cancelled by the API."""

from . import steps
from .odoo_client import OdooClient
from .problems import (
    NO_DELIVERY,
    NO_LABEL,
    NO_RATE,
    NOT_CONFIRMED,
    NOT_DELIVERED,
    NOT_RESERVED,
    NOT_VALIDATED,
    OPENS_DIALOG,
    ORDER_STATE,
    REFUSED_BY_ODOO,
    STEP_MISSING,
    WRONG_PRICE,
    Problem,
)

ORDERS, TRANSFERS = "sale.order", "stock.picking"
_RATES = "choose.delivery.carrier"
"""The dialog *Add Shipping* of an order."""
_CENT = 0.005


class Order:
    """One order of the synthetic company, in the order of its steps.

    :param plan: the values of the answer to ``plan``
    :param is_signed: whether a portal user will sign it
    :ivar ids: its id, once Odoo has made it
    :ivar name: its number
    :ivar was_shipped: whether Odoo was asked to ship it
    """

    def __init__(self, odoo: OdooClient, plan: dict, is_signed: bool) -> None:
        self._odoo, self._plan, self._is_signed = odoo, plan, is_signed
        self._transfers, self._is_rated = (), False
        self.ids, self.name, self.was_shipped = (), "", False

    def quote(self) -> None:
        """Make the quotation; one for the portal is sent, and needs a signature.

        :raise Problem: its price is another one, or its state
        """
        self.ids = tuple(self._odoo.call(ORDERS, "create", vals_list=[self._values()]))
        (found,) = self._odoo.read(ORDERS, self.ids, "name", "amount_untaxed")
        self.name = found["name"]
        price = self._plan["price"] * self._plan["quantity"]
        if abs(found["amount_untaxed"] - price) > _CENT:
            raise Problem(
                WRONG_PRICE,
                document=self.name,
                state=f"{found['amount_untaxed']:.2f}",
                expected=f"{price:.2f}",
            )
        if self._is_signed:
            self._odoo.call(ORDERS, "action_quotation_sent", self.ids)
        self._check_state("sent" if self._is_signed else "draft", ORDER_STATE)

    def rate(self) -> None:
        """Ask the delivery method for its rate, and add it, as *Add Shipping* does.

        :raise Problem: it has none, in the words of the carrier
        """
        values = {"order_id": self.existing_ids()[0]}
        values["carrier_id"] = self._plan["carrier_id"]
        dialog = tuple(self._odoo.call(_RATES, "create", vals_list=[values]))
        try:
            self._odoo.call(_RATES, "update_price", dialog)
        except Problem as problem:
            if problem.cause != REFUSED_BY_ODOO:
                raise
            raise self._of_carrier(NO_RATE, self.name, **problem.values) from None
        self._odoo.call(_RATES, "button_confirm", dialog)
        self._is_rated = True

    def confirm(self) -> None:
        """Confirm the order.

        :raise Problem: it is not confirmed then, or has no delivery
        """
        self._odoo.call(ORDERS, "action_confirm", self.existing_ids())
        self.check_confirmed()
        (found,) = self._odoo.read(ORDERS, self.ids, "picking_ids")
        self._transfers = tuple(found["picking_ids"])
        if not self._transfers:
            raise Problem(NO_DELIVERY, document=self.name)

    def reserve(self) -> None:
        """Reserve the product for the delivery.

        :raise Problem: it is not ready then
        """
        self._odoo.call(TRANSFERS, "action_assign", self._existing_transfers())
        self._check_transfers("assigned", NOT_RESERVED)

    def validate(self) -> None:
        """Ship the delivery.

        :raise Problem: it is not done then, or the order not delivered
        """
        transfers = self._existing_transfers()
        self.was_shipped = True
        # Without the question whether customers should get text messages.
        context = {"skip_sms": True}
        answer = self._odoo.call(
            TRANSFERS, "button_validate", transfers, context=context
        )
        if isinstance(answer, dict) and answer.get("target") == "new":
            dialog = str(answer.get("name") or answer.get("res_model") or "")
            raise Problem(OPENS_DIALOG, document=self.name, message=dialog)
        self._check_transfers("done", NOT_VALIDATED)
        (line,) = self._odoo.call(
            "sale.order.line",
            "search_read",
            domain=[
                ("order_id", "in", list(self.ids)),
                ("product_id", "=", self._plan["product_id"]),
            ],
            fields=["qty_delivered"],
        )
        if line["qty_delivered"] != self._plan["quantity"]:
            raise Problem(NOT_DELIVERED, document=self.name)

    def check_label(self) -> None:
        """Check that the carrier has given a label, which Odoo asks for as it ships.

        :raise Problem: there is neither a tracking reference nor a file
        """
        if not self._is_rated:
            raise Problem(STEP_MISSING, expected=steps.RATE)
        if not self.was_shipped:
            raise Problem(STEP_MISSING, expected=steps.VALIDATE)
        names = "name", "carrier_tracking_ref"
        for found in self._odoo.read(TRANSFERS, self._transfers, *names):
            if not (found["carrier_tracking_ref"] or self._count_files(found["id"])):
                raise self._of_carrier(NO_LABEL, found["name"])

    def cancel(self) -> None:
        """Cancel the order.

        :raise Problem: it is not cancelled then
        """
        self._odoo.call(ORDERS, "action_cancel", self.existing_ids())
        self._check_state("cancel", ORDER_STATE)

    def check_confirmed(self) -> None:
        """Check that the order is one, and no quotation.

        :raise Problem: it is not confirmed
        """
        self._check_state("sale", NOT_CONFIRMED)

    def existing_ids(self) -> tuple:
        """Return the id of the order.

        :raise Problem: no step has made it
        """
        if not self.ids:
            raise Problem(STEP_MISSING, expected=steps.QUOTATION)
        return self.ids

    def _existing_transfers(self):
        if not self._transfers:
            raise Problem(STEP_MISSING, expected=steps.CONFIRM)
        return self._transfers

    def _count_files(self, transfer):
        domain = [("res_model", "=", TRANSFERS), ("res_id", "=", transfer)]
        return self._odoo.call("ir.attachment", "search_count", domain=domain)

    def _of_carrier(self, cause, document, **values):
        carrier = self._plan["carrier"]
        return Problem(cause, document=document, carrier=carrier, **values)

    def _values(self):
        partner = "portal_partner_id" if self._is_signed else "partner_id"
        line = {
            "product_id": self._plan["product_id"],
            "product_uom_qty": self._plan["quantity"],
        }
        values = {
            "company_id": self._plan["company_id"],
            "warehouse_id": self._plan["warehouse_id"],
            "partner_id": self._plan[partner],
            "client_order_ref": self._plan["reference"],
            "order_line": [(0, 0, line)],
        }
        needed = {"require_signature": True, "require_payment": False}
        return values | needed if self._is_signed else values

    def _check_state(self, expected, cause):
        self._check_states(ORDERS, self.ids, expected, cause)

    def _check_transfers(self, expected, cause):
        self._check_states(TRANSFERS, self._transfers, expected, cause)

    def _check_states(self, model, ids, expected, cause):
        for found in self._odoo.read(model, ids, "name", "state"):
            if found["state"] != expected:
                raise Problem(
                    cause,
                    model=model,
                    document=found["name"],
                    state=found["state"],
                    expected=expected,
                )
