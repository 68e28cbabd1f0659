"""Batches add up, survive JSON, and have the right top calls."""

import json
from collections import defaultdict
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.detail import Detail
from ...telemetry.events import DetailedEvent, Event, Series
from ...telemetry.histogram import quantile
from ...telemetry.rollup import MAX_FAILED, MAX_SLOWEST, Batch, batches
from ..recordings import batch_of, series

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["success", "rejected", "failed"]),
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
    def test_top_calls_are_the_slowest_and_the_last_others_of_each_hour(self, events):
        ranks = self.ranks(batch_of(events))
        for hour in {event.ended // 3600 for event in events}:
            own = [event for event in events if event.ended // 3600 == hour]
            slow = [event.seconds for event in own if event.outcome == "success"]
            slow = [seconds for seconds in slow if seconds > series().threshold]
            self.assertEqual(ranks[hour, "slow"], sorted(slow)[-MAX_SLOWEST:])
            for kind in ("failed", "rejected"):
                ended = [event.ended for event in own if event.outcome == kind]
                self.assertEqual(ranks[hour, kind], sorted(ended)[-MAX_FAILED:])

    def test_a_call_within_its_threshold_is_no_slow_call(self):
        fast = [Event(0, "success", 10.0, seconds) for seconds in (0.012, 3.0)]
        self.assertEqual(batch_of(fast).top_calls, [])
        (call,) = batch_of([*fast, Event(0, "success", 10.0, 3.01)]).top_calls
        self.assertEqual(call.seconds, 3.01)

    def test_a_request_for_a_missing_page_is_no_rejected_call(self):
        missing = Series("http", "db", ("/x", "GET", "404", "", "platform"), 2.0)
        (batch,) = batches([(missing, Event(0, "rejected", 10.0, 0.1))]).values()
        self.assertEqual(batch.top_calls, [])

    def test_a_top_call_has_the_detail_of_its_event(self):
        event = DetailedEvent(0, "failed", 10.0, 0.1)
        event.detail = Detail("ValueError", "no", (4, 7))
        (call,) = Batch.loads(batch_of([event]).dumps()).top_calls
        self.assertEqual(call.error_class, "ValueError")
        self.assertEqual(call.error_message, "no")
        self.assertEqual(call.record_ids, (4, 7))

    def test_a_batch_of_an_earlier_version_has_top_calls_without_detail(self):
        batch = batch_of([Event(0, "failed", 10.0, 0.1, record_id=7)])
        content = json.loads(batch.dumps())
        content["top_calls"] = [values[:9] for values in content["top_calls"]]
        (call,) = Batch.loads(json.dumps(content)).top_calls
        self.assertEqual((call.record_id, call.error_class), (7, ""))

    def test_delays_are_no_calls_and_no_top_calls(self):
        slow = Event(0, "success", 10.0, 90.0)
        for family, count in (("cron", 1), ("cron_delay", 0), ("unknown", 0)):
            series = Series(family, "db", ("nightly",), 1.0)
            (batch,) = batches([(series, slow)]).values()
            self.assertEqual(len(batch.top_calls), count, family)

    @staticmethod
    def ranks(batch):
        """Return the sorted ranks of top calls, by hour and kind."""
        found = defaultdict(list)
        for call in batch.top_calls:
            found[call.ended // 3600, call.kind].append(call.rank)
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
