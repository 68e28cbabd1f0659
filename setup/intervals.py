"""Confidence intervals of medians, and their comparison with a limit.

The bounds are two order statistics (Conover, *Practical Nonparametric Statistics*, on
quantiles); the only assumption about the noise is that values are independent.
"""

import bisect
import itertools
import math
import statistics
from typing import NamedTuple

FEWEST = 30
"""Pairs, or values of a single side, that a verdict needs at least."""
CONFIDENCE = 0.95
CONTROL_CONFIDENCE = 0.999
"""Of the control's interval; at 95 %, one of twenty controls would fail by chance."""

WORSE = "worse"
WITHIN = "within the limit"
UNDECIDED = "cannot tell"
CONTROL_DIFFERS = "the control differs: not to be relied on"
VERDICTS = (WORSE, WITHIN, UNDECIDED, CONTROL_DIFFERS)


class Interval(NamedTuple):
    """A median and its confidence bounds; infinite with too few values."""

    low: float
    median: float
    high: float


def interval(values, confidence=CONFIDENCE):
    """Return the median of values with its distribution-free confidence interval.

    The bounds are the rth smallest and the rth largest value, where r is the largest
    rank for which the binomial distribution gives the confidence.
    """
    ordered, count = sorted(values), len(values)
    ways = itertools.accumulate(math.comb(count, below) for below in range(count))
    tail = [way / 2**count for way in ways]
    rank = bisect.bisect_right(tail, (1 - confidence) / 2)
    low, high = (ordered[rank - 1], ordered[-rank]) if rank else (-math.inf, math.inf)
    return Interval(low, statistics.median(ordered), high)


def position(values, bound):
    """Return whether the interval lies above a bound.

    :return: ``True``, ``False``, or ``None`` where the interval contains the bound or
        there are fewer than `FEWEST` values
    """
    low, _median, high = interval(values)
    if len(values) < FEWEST or low <= bound < high:
        return None
    return low > bound


def verdict(values, limit, control):
    """Compare values with a limit.

    :param values: one of each pair, or of each run of a single side
    :param control: ratios of two equal sides
    :return: one of `VERDICTS`, with the number of values where that is too small
    """
    if differs(control):
        return CONTROL_DIFFERS
    words = {True: WORSE, False: WITHIN}
    return words.get(position(values, limit)) or f"{UNDECIDED} ({len(values)})"


def differs(control):
    """Whether two equal sides differ by more than chance explains."""
    low, _median, high = interval(control, CONTROL_CONFIDENCE)
    return not low <= 1 <= high
