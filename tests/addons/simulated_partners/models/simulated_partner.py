import os

import requests

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import config

from odoo.addons.edi_core_oca.exceptions import EDIValidationError

from ..reading import read

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
            read(exchange_record._get_file_content())
        except ValueError as error:
            raise EDIValidationError(str(error)) from error

    def process(self, exchange_record):
        """Make a sales order of an order."""
        order = read(exchange_record._get_file_content())
        partner = exchange_record.type_id.partner_ids[:1]
        values, unknown = [], []
        for codes, count in order.lines:
            product = self._product(codes)
            if not product:
                unknown.append(codes[0] if codes else "?")
            line = {"product_id": product.id, "product_uom_qty": count}
            values.append((0, 0, line))
        if unknown:
            raise UserError(self.env._("There is no product %s.", ", ".join(unknown)))
        made = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "client_order_ref": order.number,
                "order_line": values,
            }
        )
        exchange_record._set_related_record(made)
        return f"{made.name} was made"

    def _product(self, codes):
        known = ["|", ("default_code", "in", codes), ("barcode", "in", codes)]
        return self.env["product.product"].search(known, limit=1)

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
            # These are the partner's own words.
            # pylint: disable-next=translation-required
            raise UserError(f"{reply.status_code} {reply.text}")
        reply.raise_for_status()
        return reply.text
