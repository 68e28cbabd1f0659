import os
import warnings

import pydifact.segmentcollection as edifact
import requests
from pydifact.exceptions import EDISyntaxError

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import config

from odoo.addons.edi_core_oca.exceptions import EDIValidationError

_NOBODY = "http://127.0.0.1:9"  # where nobody listens
_SECONDS = 2.0


class SimulatedPartner(models.AbstractModel):
    """What connectors do: ask over HTTP, read what comes, and make something of it."""

    _name = "simulated.partner"
    _inherit = [
        "edi.oca.handler.generate",
        "edi.oca.handler.output.validate",
        "edi.oca.handler.send",
        "edi.oca.handler.input.validate",
        "edi.oca.handler.receive",
        "edi.oca.handler.process",
    ]
    _description = "Simulated Partner"

    def generate(self, exchange_record):
        about = exchange_record.record
        return f"UNB+UNOC:3+ODOO+{self._partner(exchange_record)}+{about.display_name}'"

    def send(self, exchange_record):
        url = self._url(exchange_record, "in")
        content = exchange_record._get_file_content()
        self._answer(
            requests.post(url, data=content.encode(), timeout=self._patience())
        )

    def receive(self, exchange_record):
        url = self._url(exchange_record, "out")
        return self._answer(requests.get(url, timeout=self._patience()))

    def input_validate(self, exchange_record, value=None, **_more):
        try:
            self._messages(exchange_record)
        except EDISyntaxError as error:
            raise EDIValidationError(
                f"{error} It begins: {self._begin(exchange_record)}"
            ) from error

    def process(self, exchange_record):
        """Make a sales order of an order."""
        try:
            (message,) = self._messages(exchange_record)
        except EDISyntaxError as error:
            raise ValueError(
                f"{error} It begins: {self._begin(exchange_record)}"
            ) from error
        number, lines = "", []
        for segment in message.segments:
            if segment.tag == "BGM":
                number = segment.elements[1]
            elif segment.tag == "LIN":
                lines.append([segment.elements[2][0], 1.0])
            elif segment.tag == "QTY":
                lines[-1][1] = float(segment.elements[0][1])
        order = self._make_order(exchange_record.type_id.partner_ids[:1], number, lines)
        exchange_record._set_related_record(order)
        return f"{order.name} was made"

    def _make_order(self, partner, number, lines):
        products = self.env["product.product"]
        values = []
        for code, quantity in lines:
            product = products.search([("default_code", "=", code)], limit=1)
            if not product:
                raise UserError(self.env._("There is no product %s.", code))
            line = {"product_id": product.id, "product_uom_qty": quantity}
            values.append((0, 0, line))
        return self.env["sale.order"].create(
            {"partner_id": partner.id, "client_order_ref": number, "order_line": values}
        )

    def _messages(self, exchange_record):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it knows no schema of some segments
            text = exchange_record._get_file_content()
            return list(edifact.Interchange.from_str(text).get_messages())

    def _begin(self, exchange_record):
        return exchange_record._get_file_content()[:40]

    def _partner(self, exchange_record):
        partner = exchange_record.type_id.partner_ids[:1]
        return (partner.name or "nobody").lower().replace(" ", "_")

    def _url(self, exchange_record, box):
        base = os.environ.get("SIMULATED_PARTNERS") or config.get("simulated_partners")
        name = exchange_record.external_identifier or exchange_record.identifier
        partner = self._partner(exchange_record)
        return f"{(base or _NOBODY).rstrip('/')}/{partner}/{box}/{name}"

    def _patience(self):
        return float(os.environ.get("SIMULATED_PARTNERS_PATIENCE") or _SECONDS)

    def _answer(self, reply):
        if 400 <= reply.status_code < 500:
            raise UserError(f"{reply.status_code} {reply.text}")
        reply.raise_for_status()
        return reply.text
