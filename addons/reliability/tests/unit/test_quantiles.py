"""Quantiles are within 1.1 % of the exact duration, and histograms add up exactly."""

import operator
from collections import Counter
from math import ceil
from unittest import TestCase

from ddsketch import DDSketch
from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.events import Series
from ...telemetry.histogram import bucket_index, quantile
from ...telemetry.rollup import Batch
from ...telemetry.totals import Total
from ..distributions import (
    MAX_SECONDS,
    MIN_SECONDS,
    QUANTILES,
    SHAPES,
    THRESHOLD,
    call,
    call_stats_of,
    durations,
)

WITHIN = 0.011
WITHIN_OF_DDSKETCH = 0.01


def rank_of(q, count):
    """Return the rank of a quantile among sorted durations, from 1 on."""
    return max(1, ceil(q * count))


class TestQuantilesAreWithinOnePercent(TestCase):
    """They are near the exact duration of the same rank, for every distribution."""

    def test_of_eighteen_distributions(self):
        self.assertEqual(len(SHAPES), 18)
        for shape in SHAPES:
            exact = sorted(durations(shape))
            buckets = Counter(map(bucket_index, exact))
            for q in QUANTILES:
                with self.subTest(shape=shape, q=q):
                    seconds = exact[rank_of(q, len(exact)) - 1]
                    self.assertClose(quantile(q, buckets), seconds)

    def test_they_agree_with_ddsketch(self):
        for shape in SHAPES:
            exact = sorted(durations(shape))
            count, buckets = len(exact), Counter(map(bucket_index, exact))
            sketch = DDSketch(WITHIN_OF_DDSKETCH)
            for seconds in exact:
                sketch.add(seconds)
            for rank in (rank_of(q, count) for q in QUANTILES):
                # Both round to a rank: ours up, with 1 as the first rank; theirs down,
                # with 0 as the first rank.  These shares mean the same rank to both.
                ours = quantile((rank - 0.5) / count, buckets)
                q = min(1.0, (rank - 0.5) / (count - 1))
                theirs = sketch.get_quantile_value(q)
                with self.subTest(shape=shape, rank=rank):
                    seconds = exact[rank - 1]
                    self.assertClose(theirs, seconds)
                    within = (WITHIN + WITHIN_OF_DDSKETCH) * seconds
                    self.assertLessEqual(abs(ours - theirs), within)

    def assertClose(self, seconds, exact):
        self.assertLessEqual(abs(seconds - exact) / exact, WITHIN)


DURATIONS = st.one_of(st.floats(MIN_SECONDS, MAX_SECONDS), st.just(THRESHOLD))
EVENTS = st.lists(st.builds(call, st.integers(0, 10_000), DURATIONS), max_size=20)
PARTS = st.lists(EVENTS, min_size=1, max_size=6)
CHANCE = st.randoms(use_true_random=False)


def added_up(parts, chance, plus):
    """Add two random parts at a time until one is left."""
    parts = list(parts)
    while len(parts) > 1:
        chance.shuffle(parts)
        parts.append(plus(parts.pop(), parts.pop()))
    return parts[0]


class TestPartsAddUpToTheWhole(TestCase):
    """Statistics of workers, minutes and hosts can be added in any order."""

    @given(PARTS, CHANCE)
    def test_totals(self, parts, chance):
        totals = [self.total(events) for events in parts]
        whole = self.total(sum(parts, []))
        self.assertSameTotal(added_up(totals, chance, self.sum_of), whole)

    @given(PARTS, CHANCE)
    def test_batches(self, parts, chance):
        totals = [self.batch(events) for events in parts]
        whole = self.batch(sum(parts, []))
        added = added_up(totals, chance, Batch.sum_of)
        self.assertEqual(added.rows.keys(), whole.rows.keys())
        for row, total in whole.rows.items():
            self.assertSameTotal(added.rows[row], total)

    @given(PARTS, CHANCE)
    def test_call_stats(self, parts, chance):
        stats = [call_stats_of(events) for events in parts]
        whole = call_stats_of(sum(parts, []))
        added = added_up(stats, chance, operator.add)
        self.assertAlmostEqual(added.seconds, whole.seconds, delta=1e-9 * whole.seconds)
        self.assertAlmostEqual(added.sql, whole.sql, delta=1e-9 * whole.seconds)
        added.seconds, added.sql = whole.seconds, whole.sql
        self.assertEqual(added, whole)

    @given(EVENTS)
    def test_a_total_equals_calls_counted_one_by_one(self, events):
        total, stats = self.total(events), call_stats_of(events)
        self.assertEqual(total.buckets, stats.buckets)
        self.assertEqual(total.at_or_under.get(THRESHOLD, 0), stats.fast)
        self.assertEqual(total.count, stats.calls.total())

    @staticmethod
    def total(events):
        total = Total()
        for event in events:
            total.add(event, THRESHOLD)
        return total

    @staticmethod
    def sum_of(one, other):
        total = Total()
        total.merge(one)
        total.merge(other)
        return total

    @staticmethod
    def batch(events):
        batch = Batch()
        for event in events:
            batch.add(Series("operation", "db", ("",) * 5, THRESHOLD), event)
        return batch

    def assertSameTotal(self, one, other):
        for name in ("count", "queries", "records", "buckets", "at_or_under"):
            self.assertEqual(getattr(one, name), getattr(other, name), name)
        for name in ("seconds", "sql", "external", "cpu"):
            expected = getattr(other, name)
            self.assertAlmostEqual(getattr(one, name), expected, delta=1e-9 * expected)
