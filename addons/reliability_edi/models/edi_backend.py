from odoo import api, models

from odoo.addons.edi_core_oca.exceptions import EDINotImplementedError

from ..step_tracing import (
    GENERATE,
    PROCESS,
    RECEIVE,
    SEND,
    VALIDATE,
    current_step,
    last_outcome,
    step,
)

_MEASURED = {
    "edi_generation": GENERATE,
    "edi_sending": SEND,
    "edi_reception": RECEIVE,
    "edi_processing": PROCESS,
}
"""Codes of the operations in ``data/reliability_operation.xml`` → their step."""


class EdiBackend(models.Model):
    """Each step is traced twice: around the outer and around the inner method.

    The docstrings of the outer methods are OCA's: queue_job takes the description of a
    job from them.
    """

    _inherit = "edi.backend"

    def exchange_generate(self, exchange_record, **kw):
        """Generate output content for given exchange record."""
        with step(exchange_record, GENERATE):
            return super().exchange_generate(exchange_record, **kw)

    def exchange_send(self, exchange_record):
        """Send exchange file."""
        with step(exchange_record, SEND):
            return super().exchange_send(exchange_record)

    def exchange_receive(self, exchange_record):
        """Retrieve an incoming document."""
        with step(exchange_record, RECEIVE):
            return super().exchange_receive(exchange_record)

    def exchange_process(self, exchange_record):
        """Process an incoming document."""
        with step(exchange_record, PROCESS):
            return super().exchange_process(exchange_record)

    def _exchange_generate(self, exchange_record, **kw):
        with current_step(exchange_record, GENERATE):
            return super()._exchange_generate(exchange_record, **kw)

    def _exchange_send(self, exchange_record):
        with current_step(exchange_record, SEND):
            return super()._exchange_send(exchange_record)

    def _exchange_receive(self, exchange_record):
        with current_step(exchange_record, RECEIVE):
            return super()._exchange_receive(exchange_record)

    def _exchange_process(self, exchange_record):
        with current_step(exchange_record, PROCESS):
            return super()._exchange_process(exchange_record)

    def _exchange_validate_data(self, exchange_record, value=None, **kw):
        validate = super()._exchange_validate_data
        try:
            self._get_exec_handler(
                exchange_record, f"{exchange_record.direction}_validate"
            )
        except EDINotImplementedError:
            return validate(exchange_record, value=value, **kw)  # there is no validator
        with step(exchange_record, VALIDATE), current_step(exchange_record, VALIDATE):
            return validate(exchange_record, value=value, **kw)

    def _reliability_outcome(self, operation, result):
        """Take the outcome from the document's state: most errors are not raised."""
        if operation in _MEASURED and (outcome := last_outcome()):
            return outcome
        return super()._reliability_outcome(operation, result)

    @api.model
    def _reliability_register_systems(self):
        """Register each active backend as a partner system."""
        self.env.flush_all()
        self.env.cr.execute("SELECT reliability_edi_register_systems()")
        self.env.registry.clear_cache()
