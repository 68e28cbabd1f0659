"""How attempts to reach a counterpart ended, and how long they took."""

from collections.abc import Iterator

from ..events import OUTCOMES
from ..totals import Total, Totals
from .histograms import Histograms, Memory
from .shared import NOTHING, by_series


def integration_families(totals: Totals, memory: Memory) -> Iterator[Histograms]:
    """Yield the family of attempts."""
    durations = Histograms(
        "odoo_integration_attempt_duration_seconds",
        "How long attempts to reach a counterpart took, by how they ended.",
        ("db", "integration", "kind", "operation", "outcome"),
        memory,
    )
    found: dict[tuple[str, ...], dict[str, list[Total]]] = {}
    for (db, _service, *labels), by_outcome in by_series(totals, "integration"):
        # A counterpart that has moved to another service is still the same one.
        of_series = found.setdefault((db, *labels), {})
        for outcome, total in by_outcome.items():
            of_series.setdefault(outcome, []).append(total)
    for labels, by_outcome in found.items():
        for outcome in OUTCOMES:
            durations.add((*labels, outcome), *by_outcome.get(outcome, [NOTHING]))
    yield durations
