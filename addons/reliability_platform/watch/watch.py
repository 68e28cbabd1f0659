"""The base of all watches."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import Metric

from .kinds import KINDS
from .problem import Check

UNCHECKED = "unchecked_seconds"
"""The fact that a watch has not been checked for so long: what was found last may hold
no more.  It is the only fact then."""


class Watch:
    """Checks one thing beneath Odoo, always from the same thread.

    :ivar kind: ``postgres``, ``pgbouncer``, ``redis``, ``sentinel``, ``ingress``,
        ``host`` or ``databases``
    :ivar hangs: code of the problem that its check does not end; empty if it ends
    :ivar subject: as in :class:`.problem.Problem`
    """

    kind = ""
    hangs = ""

    def __init__(self, subject: str = ""):
        self.subject = subject

    def check(self, thresholds: Mapping[str, float]) -> Check:
        """Read its facts, and find problems; it takes a few seconds at most.

        What does not respond is a problem, not an error.

        :param thresholds: the code of each :data:`.thresholds.THRESHOLDS` → its value
        """
        raise NotImplementedError

    def codes(self) -> list[str]:
        """Return the codes of the problems that it may find."""
        return [kind.code for kind in KINDS.values() if kind.kind == self.kind]

    def metrics(self) -> Iterator[Metric]:
        """Yield the metrics of the last check; it is called from another thread."""
        yield from ()

    def close(self) -> None:
        """Close connections that stay open between checks; the next one opens them."""
