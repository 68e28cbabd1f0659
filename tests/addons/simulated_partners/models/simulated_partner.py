import os

import requests

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import config

from odoo.addons.edi_core_oca.exceptions import EDIValidationError

from ..reading import read

_NO_SERVER = "http://127.0.0.1:9"  # the discard port: no server listens
_TIMEOUT = 2.0  # seconds


class SimulatedPartner(models.AbstractModel):
    """A connector: sends and fetches documents over HTTP, and processes orders."""

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
        name = exchange_record.record.display_name
        return f"UNB+UNOC:3+ODOO+{self._partner(exchange_record)}+{name}'"

    def send(self, exchange_record):
        url = self._url(exchange_record, "in")
        content = exchange_record._get_file_content()
        self._check(requests.post(url, data=content.encode(), timeout=self._timeout()))

    def receive(self, exchange_record):
        url = self._url(exchange_record, "out")
        return self._check(requests.get(url, timeout=self._timeout()))

    def input_validate(self, exchange_record, value=None, **_more):
        try:
            read(exchange_record._get_file_content())
        except ValueError as error:
            raise EDIValidationError(str(error)) from error

    def process(self, exchange_record):
        """Create a sales order from an order."""
        order = read(exchange_record._get_file_content())
        partner = exchange_record.type_id.partner_ids[:1]
        sale_order = self._make_order(partner, order.number, order.lines)
        exchange_record._set_related_record(sale_order)
        return f"{sale_order.name} was created"

    def _make_order(self, partner, number, lines):
        """Create a sales order; ``lines`` are (product codes, quantity)."""
        values, unknown = [], []
        for codes, count in lines:
            product = self._product(codes)
            if not product:
                unknown.append(codes[0] if codes else "?")
            line = {"product_id": product.id, "product_uom_qty": count}
            values.append((0, 0, line))
        if unknown:
            raise UserError(self.env._("There is no product %s.", ", ".join(unknown)))
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "client_order_ref": number,
                "order_line": values,
            }
        )

    def _product(self, codes):
        domain = ["|", ("default_code", "in", codes), ("barcode", "in", codes)]
        return self.env["product.product"].search(domain, limit=1)

    def _partner(self, exchange_record):
        partner = exchange_record.type_id.partner_ids[:1]
        return (partner.name or "nobody").lower().replace(" ", "_")

    def _url(self, exchange_record, box):
        name = exchange_record.external_identifier or exchange_record.identifier
        return self._address(self._partner(exchange_record), box, name)

    def _address(self, partner, box, name):
        base = os.environ.get("SIMULATED_PARTNERS") or config.get("simulated_partners")
        return f"{(base or _NO_SERVER).rstrip('/')}/{partner}/{box}/{name}"

    def _timeout(self):
        return float(os.environ.get("SIMULATED_PARTNERS_PATIENCE") or _TIMEOUT)

    def _check(self, response):
        if 400 <= response.status_code < 500:
            # The message is the partner's own.
            # pylint: disable-next=translation-required
            raise UserError(f"{response.status_code} {response.text}")
        response.raise_for_status()
        return response.text
