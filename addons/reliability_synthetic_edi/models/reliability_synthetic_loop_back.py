"""Handlers of the EDI framework that receive what they have sent."""

from odoo import api, models


class ReliabilitySyntheticLoopBack(models.AbstractModel):
    _name = "reliability.synthetic.loop.back"
    _description = "EDI Loop-Back"
    _inherit = [
        "edi.oca.handler.generate",
        "edi.oca.handler.send",
        "edi.oca.handler.receive",
        "edi.oca.handler.process",
    ]

    @api.private
    def generate(self, exchange_record):
        """Return the content of a document: its own identifier."""
        return exchange_record.identifier

    @api.private
    def send(self, exchange_record):
        """Create the exchange that receives a document back."""
        exchange_record.exchange_create_child_record(
            exc_type=self.env.ref("reliability_synthetic_edi.exchange_type_in"),
            edi_exchange_state="input_pending",
        )

    @api.private
    def receive(self, exchange_record):
        """Return the content that was sent."""
        return exchange_record.parent_id._get_file_content()

    @api.private
    def process(self, exchange_record):
        """Check that what came back is what was sent.

        :raise ValueError: it is not
        """
        content = exchange_record._get_file_content()
        if content != exchange_record.parent_id.identifier:
            raise ValueError(f"Received {content[:100]!r} instead of what was sent")
