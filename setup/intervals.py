"""Intervals of medians, and what they prove about a limit.

An interval lies between two order statistics (Conover, *Practical Nonparametric
Statistics*, on quantiles): it assumes nothing of the noise but that values do not
depend on each other.
"""

import bisect
import itertools
import math
import statistics
from typing import NamedTuple

FEWEST = 30
"""Pairs, or values of one side, below which there is no verdict."""
CONFIDENCE = 0.95
CONTROL_CONFIDENCE = 0.999
"""Of the control's interval: one of twenty controls would fail by chance at 95 %."""

WORSE = "worse"
WITHIN = "within the limit"
CANNOT_TELL = "cannot tell"
CONTROL_DIFFERS = "the control differs: not to be relied on"
VERDICTS = (WORSE, WITHIN, CANNOT_TELL, CONTROL_DIFFERS)


class Interval(NamedTuple):
    """A median and the bounds that hold the true one; infinite with too few values."""

    low: float
    median: float
    high: float


def interval(values, confidence=CONFIDENCE):
    """Return the median of values with its distribution-free interval.

    The bounds are the rth smallest and the rth largest value, r being the largest
    number for which the binomial distribution grants the confidence.
    """
    ordered, count = sorted(values), len(values)
    ways = itertools.accumulate(math.comb(count, below) for below in range(count))
    tail = [way / 2**count for way in ways]
    rank = bisect.bisect_right(tail, (1 - confidence) / 2)
    low, high = (ordered[rank - 1], ordered[-rank]) if rank else (-math.inf, math.inf)
    return Interval(low, statistics.median(ordered), high)


def position(values, bound):
    """Return whether all of the interval is above a bound, or none of it, or neither.

    :return: ``True``, ``False``, or ``None`` with fewer than `FEWEST` values, too
    """
    low, _median, high = interval(values)
    if len(values) < FEWEST or low <= bound < high:
        return None
    return low > bound


def verdict(values, limit, control):
    """Judge values against a limit.

    :param values: what a pair, or a run of the only side, gave
    :param control: ratios of two equal sides
    """
    if differs(control):
        return CONTROL_DIFFERS
    words = {True: WORSE, False: WITHIN}
    return words.get(position(values, limit)) or f"{CANNOT_TELL} ({len(values)})"


def differs(control):
    """Whether two equal sides differ by more than chance explains."""
    low, _median, high = interval(control, CONTROL_CONFIDENCE)
    return not low <= 1 <= high
