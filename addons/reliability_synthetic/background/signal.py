"""Signals: what a step of background work sends, and why it has not arrived."""

from odoo.models import BaseModel


class Signal:
    """A signal of a run, sent and performed by a scheduled action of ours.

    Its records are of ``reliability.synthetic.signal``.
    """

    def is_available(self, journey: BaseModel) -> bool:
        """Return whether it can be sent; the step is left out otherwise."""
        return True

    def send(self, signal: BaseModel) -> None:
        """Send it; it leaves when the transaction commits."""
        signal._trigger()

    def perform(self, signal: BaseModel) -> None:
        """Do the work that the background work is to do; raise what fails."""

    def explain(self, signal: BaseModel) -> dict:
        """Return what is known for sure of what stands still.

        :return: ``reason``, which ``models/background_messages.py`` has sentences
            for, and what these name; empty if nothing is known
        """
        return {"reason": "performing"} if signal.performed_at else {}

    def clean(self, signal: BaseModel) -> None:
        """Delete what was sent, whether it arrived or not."""


class SignalError(Exception):
    """A signal could not be sent or performed; its text is for people."""


SIGNALS: dict[str, Signal] = {}
"""Code of a step → its signal."""


def register_signal(step: str):
    """Register the decorated class as the signal of a step."""

    def register(signal_class):
        SIGNALS[step] = signal_class()
        return signal_class

    return register
