"""The metrics of families, made from their specs."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..events import OUTCOMES, Series
from ..families import COUNTER, HISTOGRAM, FamilySpec, MetricSpec
from ..totals import Key, Total, Totals
from .histograms import HistogramCache, Histograms

NOTHING = Total()
"""The total of what never happened."""

_LOST = ("killed", "unknown")


def family_metrics(
    families: Iterable[FamilySpec],
    totals: Totals,
    running: Iterable[Series],
    cache: HistogramCache,
) -> Iterator[Metric | Histograms]:
    """Yield the metrics of families.

    :param running: the series of every call that is inside its method now
    """
    keys: dict[str, list[Key]] = {}
    for key in totals.by_key:
        keys.setdefault(key.family, []).append(key)
    for family in families:
        found = sorted(keys.get(family.name, ()))
        for metric in family.metrics:
            if metric.kind == HISTOGRAM:
                yield _histograms(family, metric, found, totals, cache)
            elif metric.kind == COUNTER:
                yield _counter(family, metric, found, totals)
            else:
                yield _in_progress(family, metric, found, running)


def _histograms(
    family: FamilySpec,
    metric: MetricSpec,
    keys: list[Key],
    totals: Totals,
    cache: HistogramCache,
) -> Histograms:
    names = ("db", *metric.labels)
    shown = Histograms(metric.name, metric.text, names, cache, metric.bounds)
    grouped = _grouped(family, metric, keys, totals)
    if "outcome" not in metric.labels:
        for values, by_outcome in grouped.items():
            every = [total for found in by_outcome.values() for total in found]
            shown.add(values, *every)
        return shown
    before = names.index("outcome")
    for values, by_outcome in grouped.items():
        for outcome in OUTCOMES:
            found = by_outcome.get(outcome, (NOTHING,))
            shown.add((*values[:before], outcome, *values[before:]), *found)
    return shown


def _counter(
    family: FamilySpec, metric: MetricSpec, keys: list[Key], totals: Totals
) -> Metric:
    shown = CounterMetricFamily(metric.name, metric.text, labels=("db", *metric.labels))
    for values, by_outcome in _grouped(family, metric, keys, totals).items():
        counted = [
            getattr(total, metric.value)
            for outcome, found in by_outcome.items()
            if not metric.outcomes or outcome in metric.outcomes
            for total in found
        ]
        if counted:
            shown.add_metric(values, sum(counted))
    return shown


def _in_progress(
    family: FamilySpec,
    metric: MetricSpec,
    keys: list[Key],
    running: Iterable[Series],
) -> Metric:
    pick = _picker(family, metric)
    now = Counter(
        pick((series.db, *family.complete(series.labels)))
        for series in running
        if series.family == family.name
    )
    known = {pick((key.db, *family.complete(key.labels))) for key in keys}
    shown = GaugeMetricFamily(metric.name, metric.text, labels=("db", *metric.labels))
    for values in sorted(known | now.keys()):
        shown.add_metric(values, now[values])
    return shown


def _grouped(
    family: FamilySpec, metric: MetricSpec, keys: list[Key], totals: Totals
) -> dict[tuple[str, ...], dict[str, list[Total]]]:
    """Return totals by the values of a metric's labels, without that of outcome.

    :param keys: of the family, sorted
    """
    pick = _picker(family, metric)
    lost = metric.lost_outcome and family.labels.index(metric.lost_outcome) + 1
    grouped: dict[tuple[str, ...], dict[str, list[Total]]] = {}
    for key in keys:
        labels = (key.db, *family.complete(key.labels))
        if lost and key.outcome in _LOST:
            labels = (*labels[:lost], key.outcome, *labels[lost + 1 :])
        values = pick(labels)
        if metric.optional and not values[-1]:
            values = values[:-1]
        by_outcome = grouped.setdefault(values, {})
        by_outcome.setdefault(key.outcome, []).append(totals.by_key[key])
    return grouped


def _picker(
    family: FamilySpec, metric: MetricSpec
) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """Return what picks a metric's labels, ``db`` first, from those of a series."""
    indexes = [0] + [
        family.labels.index(label) + 1 for label in metric.labels if label != "outcome"
    ]
    if indexes == list(range(len(indexes))):
        return lambda labels: labels[: len(indexes)]
    return lambda labels: tuple([labels[index] for index in indexes])
