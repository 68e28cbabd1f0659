"""The signal that is a document: generated, sent, received back and processed.

The EDI framework does all of it in one transaction of the scheduled action, which then
deletes it: neither users nor those who count documents ever see one.
"""

from odoo.addons.reliability_synthetic.background.signal import (
    Signal,
    SignalError,
    register_signal,
)

from .models.edi_exchange_record import LOOP_BACK

_RAISE = ("send", "receive", "process")
"""Steps in which the framework would store an error instead of raising it."""


@register_signal("edi")
class EdiSignal(Signal):
    def perform(self, signal):
        backend = signal.env.ref("reliability_synthetic_edi.backend", False)
        if not backend:
            raise SignalError(
                signal.env._(
                    "its backend was deleted; upgrade the app Reliability - Synthetic"
                    " Checks of EDI"
                )
            )
        _loop_back(backend).unlink()


def _loop_back(backend):
    """Send a document and receive it back; return the records of both exchanges."""
    options = {f"_edi_{step}_break_on_error": True for step in _RAISE}
    backend = backend.with_context(**options, **{LOOP_BACK: True})
    sent = backend.create_record("reliability_synthetic_out", {})
    backend.exchange_generate(sent)
    backend.exchange_send(sent)
    received = sent.related_exchange_ids
    backend.exchange_receive(received)
    backend.exchange_process(received)
    for record in sent + received:
        if record.exchange_error:
            raise SignalError(record.exchange_error)
    return sent + received
