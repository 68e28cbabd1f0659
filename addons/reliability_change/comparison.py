"""Before and after a deployment: the measures of operations that differ.

Calls after a deployment are one *window*.  The days before it consist of windows of
the same length, and show how much a measure varies by itself: errors come in bursts,
and calls of neighbouring minutes resemble each other.  So a window, not a call, is what
is compared.  A difference is a finding if

1. it is large enough for somebody to care, with enough calls, and not the matter of a
   few minutes;
2. it exceeds what comparable windows of the operation vary by: by one statistic for all
   measures of all operations, together by Holm's method;
3. hardly any window before would have been one, in *any* operation: faults that come
   and go by themselves do not tell anything about a deployment.

Nothing is random.  Plain Python; moments are seconds since 1970.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import copysign, expm1, inf, log, log1p, sqrt
from statistics import NormalDist
from typing import NamedTuple

ERRORS, REFUSALS, QUERIES, DURATION = "errors", "refusals", "queries", "duration"

CHECKS = (15 * 60, 3600, 4 * 3600)
"""Seconds of traffic after a deployment, after which it is compared: what is too rare
to be seen in the first is seen later."""
WARM_UP = 180
"""Seconds after a restart that are left out: caches are empty."""
DAYS_BEFORE = 7
"""A week, as each weekday has its own traffic."""

ALPHA = 0.02
"""The probability of a false finding by the second condition, of each check."""
MAX_USUAL = 0.01
"""Of the windows before: the share that may differ as much, in any operation."""
MIN_WINDOWS = 20
MIN_CALLS = 10
"""In the window after, and on average in those before."""
MIN_BAD = 3
"""Errors or refusals: fewer are no pattern."""
PARTS, LEFT_OUT = 5, 2
"""Parts of a window: a difference has to remain without those that differ most, as it
does not after a burst."""
CONFIDENCE = 0.95
_BUCKETS_PER_DOUBLING = 32
_MIN_SPREAD = 0.02
"""Of queries and durations of a call, as a part: else, where all windows were the same,
the smallest difference would be certain."""


class Times(NamedTuple):
    """What a check compares: from a moment on, up to another, exclusive."""

    begin_before: int
    end_before: int
    start_after: int
    end_after: int


def times(begin: int, end: int, length: int) -> Times:
    """Return what is compared for a deployment, in whole minutes.

    :param begin, end: of the deployment
    :param length: of the check, one of `CHECKS`: it is due at ``end_after``
    """
    end_before = begin // 60 * 60
    start_after = -(-(end + WARM_UP) // 60) * 60
    begin_before = end_before - DAYS_BEFORE * 86400
    return Times(begin_before, end_before, start_after, start_after + length)


class Calls(NamedTuple):
    """Calls of one operation in a minute, or longer.

    :ivar start: seconds since 1970
    :ivar completed: those that count for or against availability
    :ivar failed, refused: those that failed, and that a business rule rejected
    :ivar successful: the others
    :ivar queries: SQL statements of successful calls
    :ivar buckets: the sum of the indices of the buckets of their durations, each
        multiplied by its count
    """

    start: int
    completed: int
    failed: int
    refused: int
    successful: int
    queries: int
    buckets: int


class Measure(NamedTuple):
    """What is compared: the mean of something over calls.

    :ivar part, of_calls: the fields of `Calls` whose ratio the mean is
    :ivar is_share: whether the difference of two counts; else their ratio does
    :ivar min_difference, min_ratio: what somebody cares about: both
    """

    name: str
    part: str
    of_calls: str
    is_share: bool
    min_difference: float
    min_ratio: float = 1.0

    def value(self, mean: float) -> float:
        """Return a mean as people read it.

        :return: a share, queries, or seconds: the geometric mean of durations
        """
        if self.name == DURATION:
            return 2 ** ((mean - 0.5) / _BUCKETS_PER_DOUBLING)
        return mean

    def effect(self, before: float, after: float) -> float:
        """Return how much means differ: by a difference of shares, or a ratio."""
        if self.is_share:
            return after - before
        before = self.value(before)
        return max(0.0, self.value(after) / before) if before else inf

    def is_cared_for(self, before: float, after: float) -> bool:
        """Return whether somebody cares about a difference of two means."""
        low, high = sorted(map(self.value, (before, after)))
        is_far = high - low >= self.min_difference
        return is_far and high >= low * self.min_ratio

    def min_spread(self, mean: float) -> float:
        """Return what single calls vary by at least."""
        if self.is_share:
            return sqrt(mean * (1 - mean))
        if self.name == DURATION:
            return _MIN_SPREAD * _BUCKETS_PER_DOUBLING / log(2)
        return _MIN_SPREAD * mean


MEASURES = (
    Measure(ERRORS, "failed", "completed", True, 0.01),
    Measure(REFUSALS, "refused", "completed", True, 0.05),
    Measure(QUERIES, "queries", "successful", False, 1, 1.1),
    Measure(DURATION, "buckets", "successful", False, 0.01, 1.15),
)


class Result(NamedTuple):
    """One measure of one operation, before and after.

    :ivar before, after: shares, queries per call, or seconds that a call takes
        typically: their geometric mean
    :ivar effect: their difference, of shares; else their ratio
    :ivar low, high: its interval, by `CONFIDENCE`
    :ivar statistic: in standard deviations of a normal distribution
    :ivar usual: the share of windows before that differ as much, in any operation
    :ivar is_found: whether it is a finding
    """

    operation: Hashable
    measure: str
    before: float
    after: float
    calls_before: int
    calls_after: int
    effect: float
    low: float
    high: float
    statistic: float
    usual: float
    is_found: bool

    @property
    def is_worse(self) -> bool:
        """Whether it has grown: less is better in all measures."""
        return self.after > self.before


class Comparison(NamedTuple):
    """What a check of a deployment has found.

    :ivar results: of all measures with enough calls, findings first
    :ivar too_few: operations with too few calls, now or before
    """

    results: tuple[Result, ...]
    too_few: tuple[Hashable, ...]

    @property
    def findings(self) -> tuple[Result, ...]:
        """The results that are findings."""
        return tuple(result for result in self.results if result.is_found)


def compare(
    before: Mapping[Hashable, Iterable[Calls]],
    after: Mapping[Hashable, Iterable[Calls]],
    end_before: int,
    start_after: int,
    length: int,
) -> Comparison:
    """Compare all operations before and after a deployment.

    :param before: operation → its calls by minute or five minutes, in the days before;
        without the time of incidents that are over, which would hide new ones
    :param after: operation → its calls after
    :param end_before: the begin of the deployment
    :param start_after: the begin of the window after it
    :param length: seconds of this window
    """
    windows = {
        operation: _windows(calls, end_before, length)
        for operation, calls in before.items()
    }
    tested, placebos, too_few = [], {}, []
    for operation, now in after.items():
        history = windows.get(operation, {})
        parts = _parts(now, start_after, length)
        if not parts:
            too_few.append(operation)
            continue
        found = [_Pair(operation, one, history, parts) for one in MEASURES]
        found = [pair for pair in found if pair.has_enough]
        if not found:
            too_few.append(operation)
        for pair in found:
            tested.append(pair)
            for number, size in pair.placebos():
                sizes = placebos.setdefault(pair.measure.name, {})
                sizes[number] = max(size, sizes.get(number, 0.0))
    count = len({number for history in windows.values() for number in history})
    results = [
        pair.result(_usual(pair, placebos, count), is_certain)
        for pair, is_certain in zip(tested, _holm(tested), strict=True)
    ]
    results.sort(key=lambda one: (not one.is_found, -abs(one.statistic)))
    return Comparison(tuple(results), tuple(too_few))


def _windows(calls, end, length):
    """Return calls before by windows: number of a window, counted back → its parts."""
    rows = {}
    for one in calls:
        if one.start < end:
            back = (end - 1 - one.start) * PARTS // length
            rows.setdefault(back, []).append(one)
    windows = {}
    for back, several in rows.items():
        windows.setdefault(back // PARTS, []).append(add_up(several))
    return windows


def _parts(calls, start, length):
    """Return the calls of each part of the window after."""
    parts = {}
    for one in calls:
        if start <= one.start < start + length:
            parts.setdefault((one.start - start) * PARTS // length, []).append(one)
    return [add_up(several) for several in parts.values()]


def add_up(calls: Sequence[Calls]) -> Calls:
    """Return several calls together, from the start of the first."""
    start, *sums = zip(*calls, strict=True)
    return Calls(min(start), *map(sum, sums))


def _usual(pair, placebos, count):
    """Return the share of windows before in which as much remained of any operation."""
    sizes = placebos.get(pair.measure.name, {}).values()
    return sum(size >= pair.remains for size in sizes) / count


def _holm(pairs: Sequence["_Pair"]) -> list[bool]:
    """Return which differences are certain, all of them together."""
    order = sorted(range(len(pairs)), key=lambda n: -abs(pairs[n].statistic))
    certain = [False] * len(pairs)
    for rank, n in enumerate(order):
        bound = NormalDist().inv_cdf(1 - ALPHA / 2 / (len(pairs) - rank))
        if abs(pairs[n].statistic) < bound:
            break
        certain[n] = True
    return certain


class _Window(NamedTuple):
    """A window of one measure.

    :ivar parts: calls and part of each of its parts with calls
    """

    calls: int
    part: int
    parts: tuple[tuple[int, int], ...]

    @property
    def mean(self):
        return self.part / self.calls


class _Baseline(NamedTuple):
    """Windows of one measure together.

    :ivar squares: the sum of their squared means, weighted by calls
    """

    windows: int
    calls: int
    part: int
    squares: float

    @classmethod
    def of_windows(cls, windows):
        return cls(
            len(windows),
            sum(one.calls for one in windows),
            sum(one.part for one in windows),
            sum(one.part * one.mean for one in windows),
        )

    def without(self, window):
        return _Baseline(
            self.windows - 1,
            self.calls - window.calls,
            self.part - window.part,
            self.squares - window.part * window.mean,
        )

    @property
    def mean(self):
        return self.part / self.calls

    def usual_mean(self, measure):
        """Return the mean; of shares, with one more call of each kind, so that what
        never happened has a probability."""
        if measure.is_share:
            return (self.part + 1) / (self.calls + 2)
        return self.mean

    def error(self, window, measure):
        """Return the standard error of the difference of a window to the mean.

        More calls than usual do not make a window more certain: what its calls have in
        common remains.
        """
        squares = max(0.0, self.squares - self.part * self.mean)
        spread = sqrt(squares / (self.windows - 1))
        spread = max(spread, measure.min_spread(self.usual_mean(measure)))
        counted = min(window.calls, self.calls / self.windows)
        return spread * sqrt(1 / counted + 1 / self.calls)

    def statistic(self, window, measure):
        """Return how far a window is away, in standard deviations of a normal
        distribution."""
        mean, error = self.usual_mean(measure), self.error(window, measure)
        if measure.name == DURATION:  # logarithms
            distance = (window.mean - mean) / error
        elif mean:
            distance = _skewed_distance(window.mean / mean, (mean / error) ** 2)
        else:
            distance = inf if window.mean else 0.0
        return _as_normal(distance, self.windows - 1)


def _comparable(windows, calls):
    """Return the windows with at least half as many calls, or else the busiest."""
    busiest = sorted(windows, key=lambda number: (-windows[number].calls, number))
    return {
        number: windows[number]
        for rank, number in enumerate(busiest)
        if windows[number].calls >= (calls / 2 if rank >= MIN_WINDOWS else 1)
    }


class _Pair:
    """One measure of one operation, before and after."""

    def __init__(self, operation, measure, history, parts):
        self.operation, self.measure = operation, measure
        self._after = self._window(parts)
        self.has_enough = self._after.calls >= MIN_CALLS and self._read(history)
        if self.has_enough:
            self._before = _Baseline.of_windows(self._windows.values())
            self.statistic = self._before.statistic(self._after, measure)
            self.remains = self._remains(self._before, self._after)

    def _read(self, history):
        """Read the windows before, and return whether they have enough calls."""
        windows = {number: self._window(parts) for number, parts in history.items()}
        self._windows = _comparable(windows, self._after.calls)
        calls = sum(one.calls for one in self._windows.values())
        return len(self._windows) >= MIN_WINDOWS and calls >= MIN_CALLS * MIN_WINDOWS

    def _window(self, parts):
        of_calls, part = self.measure.of_calls, self.measure.part
        values = tuple((getattr(one, of_calls), getattr(one, part)) for one in parts)
        return _Window(*map(sum, zip(*values, strict=True)), values)

    def placebos(self):
        """Yield the windows before that would be large enough, had there been a
        deployment: their numbers, and what remains of them against all others."""
        for number, window in self._windows.items():
            if window.calls >= MIN_CALLS:
                others = self._before.without(window)
                if remains := self._remains(others, window):
                    yield number, remains

    def _remains(self, baseline, window):
        """Return the size of what differs without the parts that differ most.

        :return: of the statistic; 0 if nobody cares about the window, or about what
            remains of it
        """
        measure, mean = self.measure, baseline.mean
        sign = 1 if window.mean > mean else -1
        if measure.is_share and sign > 0 and window.part < MIN_BAD:
            return 0.0
        parts = sorted(window.parts, key=lambda one: sign * (one[1] - mean * one[0]))
        few = parts[: len(parts) - len(parts) * LEFT_OUT // PARTS]
        rest = _Window(*map(sum, zip(*few, strict=True)), tuple(few))
        if not rest.calls or sign * (rest.mean - mean) <= 0:
            return 0.0
        if not all(measure.is_cared_for(mean, one.mean) for one in (window, rest)):
            return 0.0
        return abs(baseline.statistic(rest, measure))

    def result(self, usual, is_certain):
        """Return how both differ, and whether it is a finding."""
        measure, before, after = self.measure, self._before, self._after
        z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
        margin = _as_t(z, before.windows - 1) * before.error(after, measure)
        effects = (
            measure.effect(before.mean, after.mean + change)
            for change in (0, -margin, margin)
        )
        return Result(
            self.operation,
            measure.name,
            measure.value(before.mean),
            measure.value(after.mean),
            before.calls,
            after.calls,
            *effects,
            self.statistic,
            usual,
            is_certain and self.remains > 0 and usual <= MAX_USUAL,
        )


def _skewed_distance(ratio, size):
    """Return how rare a sum of calls is, as a value of a normal distribution.

    It is as rare as such a count is by Poisson: a few errors are many times their mean
    more easily than a normal distribution has it.  After E. B. Wilson and M. M.
    Hilferty (1931).

    :param ratio: the sum, divided by its mean
    :param size: the mean as a count: its square, divided by the variance
    """

    def distance(count):
        return 3 * sqrt(count) * (1 - 1 / (9 * count) - (size / count) ** (1 / 3))

    if ratio > 1:
        return max(0.0, distance(size * ratio))
    return min(0.0, distance(size * ratio + 1))


def _as_normal(t, freedom):
    """Return the value of a normal distribution that is as rare as one of Student's t.

    By D. L. Wallace (1959); with 19 degrees of freedom, the error is below 1 %.
    """
    size = sqrt(freedom * log1p(t * t / freedom))
    return copysign(size * (8 * freedom + 1) / (8 * freedom + 3), t)


def _as_t(z, freedom):
    """Return the inverse of `_as_normal`."""
    size = z * (8 * freedom + 3) / (8 * freedom + 1)
    return sqrt(freedom * expm1(size * size / freedom))
