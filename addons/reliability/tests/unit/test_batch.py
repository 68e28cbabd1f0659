"""Batches add up, survive JSON, and have the right top calls."""

from collections import defaultdict
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.events import Event, Series
from ...telemetry.histogram import quantile
from ...telemetry.rollup import MAX_FAILED, MAX_SLOWEST, Batch, batches
from ..recordings import batch_of

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["success", "failed"]),
        st.integers(0, 10_000),
        st.integers(1, 90_000),
    ).map(
        lambda drawn: Event(0, drawn[0], float(drawn[1]), drawn[2] / 1024, record_id=7)
    ),
    max_size=60,
)


class TestBatch(TestCase):
    @given(EVENTS, EVENTS)
    def test_a_merged_batch_equals_the_batch_of_all_events(self, some, others):
        merged = batch_of(some)
        merged.merge(batch_of(others))
        self.assertEqual(merged.rows, batch_of(some + others).rows)
        self.assertEqual(self.ranks(merged), self.ranks(batch_of(some + others)))

    @given(EVENTS)
    def test_a_batch_is_the_same_after_json(self, events):
        batch = batch_of(events)
        again = Batch.loads(batch.dumps())
        self.assertEqual(again.rows, batch.rows)
        self.assertEqual(self.ranks(again), self.ranks(batch))

    @given(EVENTS)
    def test_top_calls_are_the_slowest_and_the_last_failed_of_each_hour(self, events):
        ranks = self.ranks(batch_of(events))
        for hour in {event.ended // 3600 for event in events}:
            own = [event for event in events if event.ended // 3600 == hour]
            slow = [event.seconds for event in own if event.outcome == "success"]
            failed = [event.ended for event in own if event.outcome == "failed"]
            self.assertEqual(ranks[hour, False], sorted(slow)[-MAX_SLOWEST:])
            self.assertEqual(ranks[hour, True], sorted(failed)[-MAX_FAILED:])

    def test_delays_are_no_calls_and_no_top_calls(self):
        slow = Event(0, "success", 10.0, 90.0)
        for family, count in (("cron", 1), ("cron_delay", 0), ("unknown", 0)):
            series = Series(family, "db", ("nightly",), 1.0)
            (batch,) = batches([(series, slow)]).values()
            self.assertEqual(len(batch.top_calls), count, family)

    @staticmethod
    def ranks(batch):
        """Return the sorted ranks of top calls, by hour and whether they failed."""
        found = defaultdict(list)
        for call in batch.top_calls:
            found[call.ended // 3600, call.has_failed].append(call.rank)
        for ranks in found.values():
            ranks.sort()
        return found


class TestQuantiles(TestCase):
    @given(st.lists(st.floats(1e-5, 1e5), min_size=1), st.floats(0, 1))
    def test_they_are_within_one_percent_of_the_exact_duration(self, durations, q):
        batch = batch_of(Event(0, "success", 1.0, seconds) for seconds in durations)
        (total,) = batch.rows.values()
        rank = max(1, -int(-q * len(durations) // 1))
        exact = sorted(durations)[min(rank, len(durations)) - 1]
        self.assertAlmostEqual(quantile(q, total.buckets) / exact, 1, delta=0.011)

    def test_an_empty_histogram_has_none(self):
        self.assertIsNone(quantile(0.5, {}))
