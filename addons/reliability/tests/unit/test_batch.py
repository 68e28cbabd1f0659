"""Batches of calls, to be added to a database."""

from collections import defaultdict
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.events import Event
from ...telemetry.histogram import quantile
from ...telemetry.rollup import MAX_FAILED, MAX_SLOWEST, Batch
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


class TestABatch(TestCase):
    @given(EVENTS, EVENTS)
    def test_merged_with_another_is_the_batch_of_both(self, some, others):
        merged = batch_of(some)
        merged.merge(batch_of(others))
        self.assertEqual(merged.rows, batch_of(some + others).rows)
        self.assertEqual(self.kept(merged), self.kept(batch_of(some + others)))

    @given(EVENTS)
    def test_is_the_same_after_it_was_saved(self, events):
        batch = batch_of(events)
        again = Batch.loads(batch.dumps())
        self.assertEqual(again.rows, batch.rows)
        self.assertEqual(self.kept(again), self.kept(batch))

    @given(EVENTS)
    def test_keeps_the_slowest_and_the_last_that_failed_of_each_hour(self, events):
        kept = self.kept(batch_of(events))
        for hour in {event.ended // 3600 for event in events}:
            of_it = [event for event in events if event.ended // 3600 == hour]
            slow = [event.seconds for event in of_it if event.outcome == "success"]
            failed = [event.ended for event in of_it if event.outcome == "failed"]
            self.assertEqual(kept[hour, False], sorted(slow)[-MAX_SLOWEST:])
            self.assertEqual(kept[hour, True], sorted(failed)[-MAX_FAILED:])

    @staticmethod
    def kept(batch):
        """Return by hour, and whether they failed, how long or when calls were."""
        found = defaultdict(list)
        for slow in batch.top_calls:
            found[slow.ended // 3600, slow.has_failed].append(slow.rank)
        for ranks in found.values():
            ranks.sort()
        return found


class TestQuantiles(TestCase):
    @given(st.lists(st.floats(1e-5, 1e5), min_size=1), st.floats(0, 1))
    def test_are_within_one_percent_of_the_exact_one(self, durations, q):
        batch = batch_of(Event(0, "success", 1.0, seconds) for seconds in durations)
        (total,) = batch.rows.values()
        rank = max(1, -int(-q * len(durations) // 1))
        exact = sorted(durations)[min(rank, len(durations)) - 1]
        self.assertAlmostEqual(quantile(q, total.buckets) / exact, 1, delta=0.011)

    def test_of_nothing_are_nothing(self):
        self.assertIsNone(quantile(0.5, {}))
