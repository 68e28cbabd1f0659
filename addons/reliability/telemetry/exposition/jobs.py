"""How jobs of a queue ended, how long they took and how long they had waited."""

from collections.abc import Iterator

from ..events import OUTCOMES
from ..totals import Totals
from .histograms import Histograms, Memory
from .shared import NOTHING, by_series


def job_families(totals: Totals, memory: Memory) -> Iterator[Histograms]:
    """Yield the families of jobs."""
    durations = Histograms(
        "odoo_queue_job_duration_seconds",
        "How long tries of jobs took, by how they ended.",
        ("db", "channel", "job", "outcome"),
        memory,
    )
    for labels, by_outcome in by_series(totals, "queue_job"):
        for outcome in OUTCOMES:
            total = by_outcome.get(outcome, NOTHING)
            durations.add((*labels, outcome), total)
    yield durations

    delays = Histograms(
        "odoo_queue_job_delay_seconds",
        "How long jobs that could run waited for a worker.",
        ("db", "channel", "attempt"),
        memory,
    )
    for labels, by_outcome in by_series(totals, "queue_job_delay"):
        delays.add(labels, *by_outcome.values())
    yield delays
