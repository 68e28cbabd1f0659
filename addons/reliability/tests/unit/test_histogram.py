"""Buckets of histograms have exact bounds and are narrow enough for quantiles."""

from bisect import bisect_right
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.histogram import (
    CLASSIC_BOUNDS,
    at_or_under,
    bucket_index,
    upper_bound,
)

DURATIONS = st.floats(min_value=2.0**-19, max_value=2.0**19)


class TestBuckets(TestCase):
    @given(DURATIONS)
    def test_a_duration_is_in_the_span_of_its_bucket(self, seconds):
        index = bucket_index(seconds)
        self.assertLessEqual(seconds, upper_bound(index))
        self.assertGreater(seconds, upper_bound(index - 1))

    @given(DURATIONS)
    def test_the_middle_of_a_bucket_is_within_1_1_percent(self, seconds):
        index = bucket_index(seconds)
        middle = (upper_bound(index) * upper_bound(index - 1)) ** 0.5
        self.assertLess(abs(middle - seconds) / seconds, 0.011)

    def test_powers_of_two_are_exact_bounds(self):
        for bound in CLASSIC_BOUNDS:
            self.assertEqual(upper_bound(bucket_index(bound)), bound)

    def test_extreme_durations_are_in_the_outermost_buckets(self):
        self.assertEqual(bucket_index(-1.0), bucket_index(0.0))
        self.assertEqual(bucket_index(0.0), bucket_index(1e-9))
        self.assertEqual(bucket_index(1e9), bucket_index(1e12))


class TestClassicBuckets(TestCase):
    @given(st.lists(st.one_of(DURATIONS, st.sampled_from(CLASSIC_BOUNDS))))
    def test_folding_equals_counting_each_duration(self, durations):
        buckets = {}
        for seconds in durations:
            index = bucket_index(seconds)
            buckets[index] = buckets.get(index, 0) + 1
        counted = [bisect_right(sorted(durations), bound) for bound in CLASSIC_BOUNDS]
        self.assertEqual(at_or_under(buckets, CLASSIC_BOUNDS), counted)
