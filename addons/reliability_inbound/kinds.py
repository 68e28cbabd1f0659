"""What an addon registers to receive a kind of message; plain Python."""

from typing import NamedTuple

MAX_BYTES = 1024 * 1024
"""The largest body that any kind receives."""
SCOPE = "reliability.inbound."
"""What the scopes of API keys for the inbound API begin with."""


class InboundKind(NamedTuple):
    """A kind of message; its code is its key in ``reliability.inbound._kinds()``.

    :ivar title: what people call it, such as "Alertmanager"
    :ivar method: the name of the method of ``reliability.inbound`` that processes it
    :ivar max_bytes: the largest body, at most :data:`MAX_BYTES`
    """

    title: str
    method: str
    max_bytes: int = MAX_BYTES


class InvalidMessage(Exception):
    """A message that cannot be processed; its text says what the sender must change."""


def scope_of(kind: str) -> str:
    """Return the scope of the API keys that may send a kind of message."""
    return SCOPE + kind
