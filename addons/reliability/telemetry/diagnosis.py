"""Where the time of calls goes, layer by layer, and which layer made calls slower."""

from dataclasses import dataclass
from typing import NamedTuple

LAYERS = ("locks", "database", "external", "python", "other")
"""Where the time of a call goes: waiting for locks, as far as that was sampled;
otherwise in the database; waiting for partner systems; computing; and the rest, such
as sleeping or waiting for a processor."""

_MIN_CALLS = 20
"""Calls needed to know what is usual."""
_MIN_SHARE = 0.5
"""A layer is the suspect if it has more than this share of the added time."""


@dataclass
class LayerCosts:
    """The costs of calls, added up.

    :ivar seconds: total time
    :ivar sql, external, cpu: the parts of it in PostgreSQL, waiting for partner
        systems, and computing
    :ivar queries: SQL statements
    :ivar locks: seconds for which calls were seen waiting for locks
    """

    calls: int = 0
    seconds: float = 0.0
    sql: float = 0.0
    external: float = 0.0
    cpu: float = 0.0
    queries: float = 0.0
    locks: float = 0.0

    def layers(self) -> dict[str, float]:
        """Return the seconds per call in each of :data:`LAYERS`.

        Costs overlap a little: the processor works while an answer is being read.
        """
        locks = min(self.locks, self.sql)
        python = min(self.cpu, max(0.0, self.seconds - self.sql - self.external))
        other = max(0.0, self.seconds - self.sql - self.external - python)
        spent = (locks, self.sql - locks, self.external, python, other)
        calls = max(1, self.calls)
        return {
            layer: seconds / calls for layer, seconds in zip(LAYERS, spent, strict=True)
        }

    def shares(self) -> dict[str, float]:
        """Return the share of time in each of :data:`LAYERS`; empty without time."""
        layers = self.layers()
        total = sum(layers.values())
        if not total:
            return {}
        return {layer: seconds / total for layer, seconds in layers.items()}


class Suspect(NamedTuple):
    """The layer that made calls slow.

    :ivar now: its seconds per call
    :ivar usual: its usual seconds per call; ``None`` where that is not known
    """

    layer: str
    now: float
    usual: float | None


def find_suspect(now: LayerCosts, usual: LayerCosts) -> Suspect | None:
    """Return the layer that got most of the time beyond what is usual.

    Without enough calls to know what is usual, return the layer that takes most of the
    time.

    :param now: the costs of the calls in trouble
    :param usual: the costs of calls in a longer time before
    """
    is_known = usual.calls >= _MIN_CALLS
    before = usual.layers() if is_known else dict.fromkeys(LAYERS, 0.0)
    spent = now.layers()
    added = {layer: max(0.0, spent[layer] - before[layer]) for layer in LAYERS}
    layer = max(LAYERS, key=added.__getitem__)
    if not now.calls or added[layer] <= _MIN_SHARE * sum(added.values()):
        return None
    return Suspect(layer, spent[layer], before[layer] if is_known else None)
