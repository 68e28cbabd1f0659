"""Histograms that are rendered again only when their numbers have changed.

Most lines of ``/metrics`` belong to histograms, and most of them are the same as in the
last scrape (docs/decisions/0014).  prometheus_client renders the names and labels of
each histogram once; a scrape inserts the numbers, and the text is cached.
"""

from collections.abc import Iterable, Sequence
from os.path import commonprefix
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from ..histogram import CLASSIC_BOUNDS, at_or_under
from ..totals import Total


class _Lines(NamedTuple):
    """The lines of one histogram, without their numbers.

    :ivar before, after: the text around the bound in the line of a bucket
    """

    before: str
    after: str
    count: str
    sum: str


class Histogram:
    """One histogram, with its numbers at the time when it was made.

    :ivar sources: pairs of a total and its count at that time; every change of a total
        changes its count
    """

    def __init__(self, sources: tuple, lines: _Lines, bounds: tuple[float, ...]):
        self.sources = sources
        self.lines = lines
        total = _sum(source for source, _count in sources)
        self.buckets = buckets(total, bounds)
        self.seconds = total.seconds
        self._text = ""

    @property
    def text(self) -> str:
        """The lines that prometheus_client's ``generate_latest`` would render."""
        if not self._text:
            before, after, count, total = self.lines
            lines = [
                f"{before}{bound}{after}{floatToGoString(calls)}\n"
                for bound, calls in self.buckets
            ]
            lines.append(f"{count}{floatToGoString(self.buckets[-1][1])}\n")
            lines.append(f"{total}{floatToGoString(self.seconds)}\n")
            self._text = "".join(lines)
        return self._text


class HistogramCache:
    """The histograms of the last scrape, by family and values of labels."""

    def __init__(self) -> None:
        self._cached: dict[tuple, Histogram] = {}
        self._used: dict[tuple, Histogram] = {}

    def histogram(
        self, family: "Histograms", values: tuple[str, ...], totals: Sequence[Total]
    ) -> Histogram:
        """Return the histogram of totals: the cached one if no total has changed."""
        key = family.name, values
        sources = tuple([(total, total.count) for total in totals])
        found = self._cached.get(key)
        if found is None or not _is_same(found.sources, sources):
            lines = found.lines if found else family.lines_of(values)
            found = self._cached[key] = Histogram(sources, lines, family.bounds)
        self._used[key] = found
        return found

    def remove_unused(self) -> None:
        """Remove the histograms that were not used since the last call."""
        self._cached, self._used = self._used, {}


class Histograms:
    """A metric family of histograms.

    :ivar name, text: of the family: its name and its help text
    :ivar bounds: of its buckets, in seconds
    """

    def __init__(
        self,
        name: str,
        text: str,
        labels: tuple[str, ...],
        cache: HistogramCache,
        bounds: tuple[float, ...] = (),
    ):
        self.name = name
        self.text = text
        self.bounds = bounds or CLASSIC_BOUNDS
        self._labels = labels
        self._cache = cache
        self._shown: list[tuple[tuple[str, ...], Histogram]] = []

    def add(self, values: tuple[str, ...], *totals: Total) -> None:
        """Add a histogram: the sum of totals, with these values of the labels."""
        found = self._cache.histogram(self, values, totals)
        self._shown.append((values, found))

    def head(self) -> Metric:
        """Return the family without its histograms."""
        return HistogramMetricFamily(self.name, self.text, labels=self._labels)

    def metric(self, count: int | None = None) -> Metric:
        """Return the family with its histograms, for prometheus_client to render.

        :param count: number of histograms, from the first one on; all by default
        """
        metric = self.head()
        for values, histogram in self._shown[:count]:
            metric.add_metric(values, histogram.buckets, histogram.seconds)
        return metric

    def lines(self, count: int | None = None) -> str:
        """Return the lines that prometheus_client's ``generate_latest`` would render.

        :param count: as in :meth:`metric`
        """
        return "".join([histogram.text for _values, histogram in self._shown[:count]])

    def lines_of(self, values: tuple[str, ...]) -> _Lines:
        """Return the lines of a histogram that prometheus_client renders once."""
        metric = self.head()
        metric.add_metric(values, [("1", 0), ("2", 0)], 0)
        text = generate_latest(registry_of([metric])).decode()
        # Not splitlines: a value may contain other line breaks of Python.
        *_head, one, two, count, total = text.removesuffix("\n").split("\n")
        before = commonprefix([one, two])
        after = one.removeprefix(f"{before}1")
        rest = (part.removesuffix("0.0") for part in (after, count, total))
        return _Lines(before, *rest)


class _Registry(Collector):
    def __init__(self, metrics: Iterable[Metric]):
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def registry_of(metrics: Iterable[Metric]) -> CollectorRegistry:
    """Return a registry of these metrics, for prometheus_client to render."""
    registry = CollectorRegistry(support_collectors_without_names=True)
    registry.register(_Registry(metrics))
    return registry


def _is_same(one: tuple, other: tuple) -> bool:
    """Return whether sources are the same objects with the same counts."""
    return len(one) == len(other) and all(
        a is b and n == m for (a, n), (b, m) in zip(one, other, strict=True)
    )


def _sum(totals: Iterable[Total]) -> Total:
    whole = Total()
    for total in totals:
        whole.merge(total)
    return whole


def buckets(
    total: Total, bounds: tuple[float, ...] = CLASSIC_BOUNDS
) -> list[tuple[str, int]]:
    """Return the number of calls at or under each bound, thresholds included.

    A total without calls has one bucket instead of two dozen empty ones.
    """
    if not total.count:
        return [("+Inf", 0)]
    bounds = tuple(sorted({*bounds, *total.at_or_under}))
    folded = zip(bounds, at_or_under(total.buckets, bounds), strict=True)
    counts = [
        (floatToGoString(bound), total.at_or_under.get(bound, count))
        for bound, count in folded
    ]
    return [*counts, ("+Inf", total.count)]
