"""Exponential buckets of Prometheus' native histograms, schema 5.

A bucket spans a factor of 2^(1/32), so the error of a quantile is at most 1.1 %.  Two
histograms are added by adding their counts: over workers, hosts, minutes and months.
Counts are sparse: a histogram of three different durations holds three numbers.
"""

import math
from bisect import bisect_left

BUCKETS_PER_DOUBLING = 32

# The bounds inside one doubling, as the mantissas that ``math.frexp`` returns.
# Searching them instead of taking a logarithm keeps powers of two exact.
_MANTISSAS = tuple(
    0.5 * 2 ** (step / BUCKETS_PER_DOUBLING) for step in range(BUCKETS_PER_DOUBLING)
)

# 1 µs to 12 days; a duration beyond is counted in the first or the last bucket.
_LOWEST = -20 * BUCKETS_PER_DOUBLING
_HIGHEST = 20 * BUCKETS_PER_DOUBLING

# The bounds on ``/metrics``: powers of two from 1 ms to 17 minutes.  Each of them is
# also a bound of schema 5, so folding fine buckets into them is exact.
CLASSIC_BOUNDS = tuple(2.0**power for power in range(-10, 11))


def bucket_index(seconds: float) -> int:
    """Return the index ``i`` of the bucket ``(2^((i-1)/32), 2^(i/32)]``."""
    if seconds <= 0:
        return _LOWEST
    mantissa, exponent = math.frexp(seconds)
    index = bisect_left(_MANTISSAS, mantissa) + (exponent - 1) * BUCKETS_PER_DOUBLING
    return min(max(index, _LOWEST), _HIGHEST)


def upper_bound(index: int) -> float:
    """Return the largest duration, in seconds, that bucket ``index`` holds."""
    doublings, step = divmod(index, BUCKETS_PER_DOUBLING)
    return math.ldexp(_MANTISSAS[step], doublings + 1)


def at_or_under(counts: dict[int, int], bounds: tuple[float, ...]) -> list[int]:
    """Fold sparse buckets into cumulative counts, one for each bound.

    A bucket is counted if its whole span is at or under the bound: this is exact for
    :data:`CLASSIC_BOUNDS`, and an underestimate of less than one bucket elsewhere.

    :param counts: bucket index → number of durations
    :param bounds: ascending, in seconds
    """
    cells = [0] * (len(bounds) + 1)
    for index, count in counts.items():
        cells[bisect_left(bounds, upper_bound(index))] += count
    cumulative, running = [], 0
    for cell in cells[: len(bounds)]:
        running += cell
        cumulative.append(running)
    return cumulative


def quantile(q: float, counts: dict[int, int]) -> float | None:
    """Return the duration that a share ``q`` of all durations does not exceed.

    It is the geometric mean of the bounds of the bucket that holds the duration of that
    rank, so the error is at most 1.1 %.

    :param q: from 0 to 1
    :param counts: bucket index → number of durations
    :return: seconds; ``None`` for an empty histogram
    """
    rank = max(1, math.ceil(q * sum(counts.values())))
    below = 0
    for index in sorted(counts):
        below += counts[index]
        if below >= rank:
            return math.sqrt(upper_bound(index) * upper_bound(index - 1))
    return None
