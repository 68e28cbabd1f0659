"""Which layer takes the time of calls, and which of them is to blame when it grows."""

from dataclasses import dataclass
from typing import NamedTuple

LAYERS = ("locks", "database", "outside", "python", "other")
"""Where the time of a call goes: waiting for locks, as far as that was seen; else in
the database; waiting for counterparts; computing; and neither of these, such as
sleeping or waiting for a processor."""

_FEWEST = 20
"""Calls without which it is not known what is usual."""
_MOST = 0.5
"""The share of what was added that one layer must have to be blamed for it."""


@dataclass
class LayerCosts:
    """What calls took, added up.

    :ivar seconds: all of it
    :ivar sql, external, cpu: of it, in PostgreSQL, waiting for counterparts, computing
    :ivar queries: statements of SQL
    :ivar locks: seconds for which calls were seen to wait for locks
    """

    calls: int = 0
    seconds: float = 0.0
    sql: float = 0.0
    external: float = 0.0
    cpu: float = 0.0
    queries: float = 0.0
    locks: float = 0.0

    def layers(self) -> dict[str, float]:
        """Return the seconds of a call in each of :data:`LAYERS`.

        Costs overlap a little: the processor works while an answer is being read.
        """
        locks = min(self.locks, self.sql)
        python = min(self.cpu, max(0.0, self.seconds - self.sql - self.external))
        other = max(0.0, self.seconds - self.sql - self.external - python)
        spent = (locks, self.sql - locks, self.external, python, other)
        each = max(1, self.calls)
        return {name: of / each for name, of in zip(LAYERS, spent, strict=True)}

    def shares(self) -> dict[str, float]:
        """Return the share of the time in each of :data:`LAYERS`."""
        layers = self.layers()
        whole = sum(layers.values())
        return {name: of / whole for name, of in layers.items()} if whole else {}


class Suspect(NamedTuple):
    """The layer that made calls slow.

    :ivar now: its seconds of a call
    :ivar usual: its seconds of a call as usual; ``None`` where that is not known
    """

    layer: str
    now: float
    usual: float | None


def blame(now: LayerCosts, usual: LayerCosts) -> Suspect | None:
    """Return the layer that got most of the time beyond what is usual.

    Without enough calls to know what is usual, the one that takes most of the time.

    :param now: the calls of the trouble
    :param usual: those of a longer time before it
    """
    is_known = usual.calls >= _FEWEST
    before = usual.layers() if is_known else dict.fromkeys(LAYERS, 0.0)
    spent = now.layers()
    added = {name: max(0.0, spent[name] - before[name]) for name in LAYERS}
    layer = max(LAYERS, key=added.__getitem__)
    if not now.calls or added[layer] <= _MOST * sum(added.values()):
        return None
    return Suspect(layer, spent[layer], before[layer] if is_known else None)
