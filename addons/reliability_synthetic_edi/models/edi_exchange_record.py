from uuid import uuid4

from odoo import api, models

LOOP_BACK = "reliability_synthetic_loop_back"
"""Key of the context in which exchanges are those of a synthetic check."""


class EdiExchangeRecord(models.Model):
    """Documents of synthetic checks take no number, and start nothing of users."""

    _inherit = "edi.exchange.record"

    @api.model
    def _get_identifier(self):
        if self.env.context.get(LOOP_BACK):
            return f"synthetic-{uuid4()}"
        return super()._get_identifier()

    def _trigger_edi_event(self, name, suffix=None, target=None, **kw):
        if self.env.context.get(LOOP_BACK):
            return None
        return super()._trigger_edi_event(name, suffix=suffix, target=target, **kw)
