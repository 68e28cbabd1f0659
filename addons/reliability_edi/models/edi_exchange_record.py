from odoo import models

_STATE_BEFORE_RETRY = {
    "output_sent_and_error": "output_pending",
    "validate_error": "input_pending",
}
"""States that the framework does not leave by itself → the state to retry from."""


class EdiExchangeRecord(models.Model):
    """Retries run at once: a job of ``edi_queue_oca`` would report no outcome."""

    _name = "edi.exchange.record"
    _inherit = ["edi.exchange.record", "reliability.exchange.mixin"]

    # The collector selects changed records by it every few seconds.
    _reliability_by_change = models.Index("(write_date)")

    def _reliability_retry_generate(self):
        return self.backend_id.exchange_generate(self, force=True)

    def _reliability_retry_send(self):
        self._reliability_reset_state()
        return self.backend_id.exchange_send(self)

    def _reliability_retry_receive(self):
        self._reliability_reset_state()
        return self.backend_id.exchange_receive(self)

    def _reliability_retry_process(self):
        return self.backend_id.exchange_process(self)

    def _reliability_reset_state(self):
        if state := _STATE_BEFORE_RETRY.get(self.edi_exchange_state):
            self.edi_exchange_state = state
