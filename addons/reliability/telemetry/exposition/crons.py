"""How scheduled actions ended, how long they took and how late they began."""

from collections.abc import Iterator

from ..events import OUTCOMES
from ..totals import Totals
from .histograms import Histograms, Memory
from .shared import NOTHING, by_series


def cron_families(totals: Totals, memory: Memory) -> Iterator[Histograms]:
    """Yield the families of scheduled actions."""
    durations = Histograms(
        "odoo_cron_duration_seconds",
        "How long scheduled actions took, by how they ended.",
        ("db", "cron", "outcome"),
        memory,
    )
    for labels, by_outcome in by_series(totals, "cron"):
        for outcome in OUTCOMES:
            total = by_outcome.get(outcome, NOTHING)
            durations.add((*labels, outcome), total)
    yield durations

    delays = Histograms(
        "odoo_cron_delay_seconds",
        "How much later than planned scheduled actions began.",
        ("db", "cron"),
        memory,
    )
    for labels, by_outcome in by_series(totals, "cron_delay"):
        delays.add(labels, *by_outcome.values())
    yield delays
