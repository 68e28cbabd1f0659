"""The costs of calls, and the layers in which their time goes."""

from dataclasses import dataclass

LAYERS = ("locks", "database", "external", "python", "other")
"""Where the time of a call goes: waiting for locks, as far as that was sampled;
otherwise in the database; waiting for partner systems; computing; and the rest, such
as sleeping or waiting for a processor."""


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
