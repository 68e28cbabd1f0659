"""Distributions of durations of calls: realistic ones, and ones that are hard to count.

A shape is a function that draws the duration of call ``n``, in seconds.  Plain Python,
for tests with Odoo and without.
"""

from collections import Counter
from datetime import UTC, datetime
from math import inf, nextafter
from random import Random

from ..telemetry.call_stats import CallStats
from ..telemetry.events import Event
from ..telemetry.histogram import bucket_index

MIN_SECONDS, MAX_SECONDS = 1e-6, 12 * 86400.0
"""The range of the buckets of a histogram: 1 µs to 12 days."""

THRESHOLD = 3.0
CALLS = 4000


def _one_of(draw, *modes):
    """Draw around one of several modes, such as with and without a warm cache."""
    return draw.gauss(draw.choice(modes), 0.02 * min(modes))


SHAPES = {
    "all alike": lambda draw, n: 0.25,
    "uniform": lambda draw, n: draw.uniform(0.001, 10),
    "exponential": lambda draw, n: draw.expovariate(2),
    "normal": lambda draw, n: draw.gauss(1, 0.4),
    "lognormal, narrow": lambda draw, n: draw.lognormvariate(-2, 0.1),
    "lognormal, from microseconds to days": lambda draw, n: draw.lognormvariate(0, 5),
    "gamma": lambda draw, n: draw.gammavariate(2, 0.2),
    "Weibull": lambda draw, n: draw.weibullvariate(1, 0.5),
    "Pareto, with an infinite mean": lambda draw, n: 0.01 * draw.paretovariate(0.6),
    "beta, most at both ends": lambda draw, n: 60 * draw.betavariate(0.3, 0.3),
    "two modes, close together": lambda draw, n: _one_of(draw, 0.2, 0.22),
    "two modes, far apart": lambda draw, n: _one_of(draw, 0.002, 30),
    "three modes": lambda draw, n: _one_of(draw, 0.01, 0.1, 1),
    "the threshold, and just above it": lambda draw, n: draw.choice(
        (THRESHOLD, nextafter(THRESHOLD, inf))
    ),
    # The two ends of a bucket have the greatest distance from its middle.
    "bounds, and just above them": lambda draw, n: draw.choice(
        (bound := 2.0 ** draw.randint(-19, 19), nextafter(bound, inf))
    ),
    "few whole milliseconds": lambda draw, n: int(draw.paretovariate(1)) / 1000,
    "fast, with rare timeouts": lambda draw, n: (
        60.0 if draw.random() < 0.002 else draw.uniform(0.01, 0.03)
    ),
    "ever slower, until a restart": lambda draw, n: 0.05 + n % 250 * 0.004,
}


def durations(shape):
    """Return the durations of all calls of a shape, the same each time."""
    draw = Random(shape)
    drawn = (SHAPES[shape](draw, n) for n in range(CALLS))
    return [min(max(seconds, MIN_SECONDS), MAX_SECONDS) for seconds in drawn]


QUANTILES = (0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
NOON = datetime(2026, 3, 2, 12)


def call(number, seconds):
    """Return a successful call that ended ``number`` seconds after noon."""
    ended = NOON.replace(tzinfo=UTC).timestamp() + number
    costs = {"sql": seconds / 2, "cpu": seconds / 4, "queries": 3, "records": 2}
    return Event(0, "success", ended, seconds, **costs)


def call_stats_of(events):
    """Return the statistics of calls, counted one by one."""
    return CallStats(
        Counter(event.outcome for event in events),
        len(events),
        sum(event.seconds <= THRESHOLD for event in events),
        sum(event.seconds for event in events),
        sum(event.sql for event in events),
        sum(event.records for event in events),
        Counter(bucket_index(event.seconds) for event in events),
    )
