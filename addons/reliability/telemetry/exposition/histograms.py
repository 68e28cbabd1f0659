"""Histograms that are rendered once, and again only when their numbers have changed.

Most of ``/metrics`` is lines of histograms, and most of them say what they said at the
last scrape (docs/decisions/0014).  prometheus_client names and escapes the labels of
each histogram, once; a scrape puts the numbers in between, and keeps the text.
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
    """The lines of one histogram, up to their numbers.

    ``before`` and ``after`` are what is around the bound of a bucket.
    """

    before: str
    after: str
    count: str
    sum: str


class Histogram:
    """One histogram, with the numbers that it had when it was made.

    :ivar is_of: the totals that it adds up, each with its count then: what is added
        to a total always changes its count
    """

    def __init__(self, is_of: tuple, lines: _Lines):
        self.is_of = is_of
        self.lines = lines
        total = _sum(of for of, _count in is_of)
        self.buckets = buckets(total)
        self.seconds = total.seconds
        self._text = ""

    @property
    def text(self) -> str:
        """What prometheus_client's ``generate_latest`` would make of it."""
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


class Memory:
    """The histograms that were shown last, by family and values of labels."""

    def __init__(self) -> None:
        self._known: dict[tuple, Histogram] = {}
        self._used: dict[tuple, Histogram] = {}

    def histogram(
        self, family: "Histograms", values: tuple[str, ...], totals: Sequence[Total]
    ) -> Histogram:
        """Return the histogram of totals, as it was where none of them has changed."""
        key = family.name, values
        is_of = tuple([(total, total.count) for total in totals])
        known = self._known.get(key)
        if known is None or not _is_same(known.is_of, is_of):
            lines = known.lines if known else family.lines_of(values)
            known = self._known[key] = Histogram(is_of, lines)
        self._used[key] = known
        return known

    def forget_unused(self) -> None:
        """Forget what was not asked for since the last time."""
        self._known, self._used = self._used, {}


class Histograms:
    """A family of histograms.

    :ivar name, text: of the family, and what it means
    """

    def __init__(self, name: str, text: str, labels: tuple[str, ...], memory: Memory):
        self.name = name
        self.text = text
        self._labels = labels
        self._memory = memory
        self._shown: list[tuple[tuple[str, ...], Histogram]] = []

    def add(self, values: tuple[str, ...], *totals: Total) -> None:
        """Show the sum of totals under these values of the labels."""
        found = self._memory.histogram(self, values, totals)
        self._shown.append((values, found))

    def head(self) -> Metric:
        """Return the family without its histograms."""
        return HistogramMetricFamily(self.name, self.text, labels=self._labels)

    def metric(self, most: int | None = None) -> Metric:
        """Return the family with its histograms, for prometheus_client to render.

        :param most: only so many of them
        """
        metric = self.head()
        for values, histogram in self._shown[:most]:
            metric.add_metric(values, histogram.buckets, histogram.seconds)
        return metric

    def lines(self, most: int | None = None) -> str:
        """Return what prometheus_client's ``generate_latest`` would make of them."""
        return "".join([histogram.text for _values, histogram in self._shown[:most]])

    def lines_of(self, values: tuple[str, ...]) -> _Lines:
        """Let prometheus_client render a histogram, and return what is not numbers."""
        metric = self.head()
        metric.add_metric(values, [("1", 0), ("2", 0)], 0)
        text = generate_latest(registry_of([metric])).decode()
        # Not splitlines: a value may hold what Python takes for the end of a line.
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
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Registry(metrics))
    return registry


def _is_same(one: tuple, other: tuple) -> bool:
    """Whether the totals are the same objects, and have the counts that they had."""
    return len(one) == len(other) and all(
        a is b and n == m for (a, n), (b, m) in zip(one, other, strict=True)
    )


def _sum(totals: Iterable[Total]) -> Total:
    whole = Total()
    for total in totals:
        whole.merge(total)
    return whole


def buckets(total: Total) -> list[tuple[str, int]]:
    """Return calls at or under each bound, thresholds as they were counted.

    An outcome that never happened has one bucket, not two dozen zeros.
    """
    if not total.count:
        return [("+Inf", 0)]
    bounds = tuple(sorted({*CLASSIC_BOUNDS, *total.at_or_under}))
    folded = zip(bounds, at_or_under(total.buckets, bounds), strict=True)
    counts = [
        (floatToGoString(bound), total.at_or_under.get(bound, count))
        for bound, count in folded
    ]
    return [*counts, ("+Inf", total.count)]
