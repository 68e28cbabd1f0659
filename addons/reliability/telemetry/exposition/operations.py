"""What the measured operations did and are doing."""

from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)

from ..events import LABELS, OUTCOMES, Series
from ..totals import Totals
from .histograms import Histograms, Memory
from .shared import NOTHING, by_series

_OPERATION_LABELS = ("db", *LABELS["operation"])

# Name, help, attribute of a total.
_OPERATION_COSTS = (
    (
        "odoo_operation_sql_seconds",
        "Time that calls spent in PostgreSQL, nested calls included.",
        "sql",
    ),
    (
        "odoo_operation_cpu_seconds",
        "Time that calls spent computing, nested calls included.",
        "cpu",
    ),
    (
        "odoo_operation_sql_queries",
        "SQL statements that calls executed, nested calls included.",
        "queries",
    ),
    ("odoo_operation_records", "Records that operations were called on.", "records"),
)


def operation_families(
    totals: Totals, running: Iterable[Series], memory: Memory
) -> Iterator[Metric | Histograms]:
    """Yield the families of operations.

    :param running: the series of every call that is inside its method now
    """
    durations = Histograms(
        "odoo_operation_duration_seconds",
        "How long calls took, by how their transaction ended.",
        (*_OPERATION_LABELS[:-1], "outcome", "dimension"),
        memory,
    )
    costs = [
        (CounterMetricFamily(name, text, labels=_OPERATION_LABELS), attribute)
        for name, text, attribute in _OPERATION_COSTS
    ]
    known = set()
    for labels, by_outcome in by_series(totals, "operation"):
        known.add(labels[:3])
        # Most operations have no dimension of their own: then there is no such label.
        labels, dimension = labels[:-1], tuple(filter(None, labels[-1:]))
        for outcome in OUTCOMES:
            total = by_outcome.get(outcome, NOTHING)
            durations.add((*labels, outcome, *dimension), total)
        for family, attribute in costs:
            values = (getattr(total, attribute) for total in by_outcome.values())
            family.add_metric((*labels, *dimension), sum(values))
    yield durations
    yield from (family for family, _attribute in costs)

    in_progress = GaugeMetricFamily(
        "odoo_operation_in_progress",
        "Calls that are inside their method now.",
        labels=("db", "service", "operation"),
    )
    now = Counter((s.db, *s.labels[:2]) for s in running if s.family == "operation")
    for labels in sorted(known | now.keys()):
        in_progress.add_metric(labels, now[labels])
    yield in_progress
