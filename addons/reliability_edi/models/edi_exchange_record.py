from odoo import models

_BACK = {
    "output_sent_and_error": "output_pending",
    "validate_error": "input_pending",
}
"""States in which the framework does nothing again by itself → where to begin."""


class EdiExchangeRecord(models.Model):
    """What asks again here does so at once, not in a job of which nobody is told."""

    _name = "edi.exchange.record"
    _inherit = ["edi.exchange.record", "reliability.exchange.mixin"]

    # By which the collector sees every few seconds what has changed.
    _reliability_by_change = models.Index("(write_date)")

    def _reliability_generate_again(self):
        return self.backend_id.exchange_generate(self, force=True)

    def _reliability_send_again(self):
        self._reliability_go_back()
        return self.backend_id.exchange_send(self)

    def _reliability_receive_again(self):
        self._reliability_go_back()
        return self.backend_id.exchange_receive(self)

    def _reliability_process_again(self):
        return self.backend_id.exchange_process(self)

    def _reliability_go_back(self):
        if before := _BACK.get(self.edi_exchange_state):
            self.edi_exchange_state = before
