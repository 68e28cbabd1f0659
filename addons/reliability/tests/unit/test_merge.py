"""Merged events have the same totals and histograms as the calls."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.events import Event
from ...telemetry.merge import MAX_CALLS, merged
from ...telemetry.totals import Totals
from ..recordings import series

THRESHOLD = 3.0


def event(series_number, outcome, depth, milliseconds):
    # These fractions add up exactly, so that rounding does not matter.
    seconds = milliseconds / 1024
    costs = (seconds / 2, seconds / 4, seconds / 8, milliseconds % 7, depth + 1)
    return Event(series_number, outcome, 1.0, seconds, *costs, depth=depth)


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["success", "failed"]),
        st.integers(0, 1),
        st.integers(1, 9000),
    ).map(lambda values: event(*values))
)
SERIES = [series("one", threshold=THRESHOLD), series("two", threshold=THRESHOLD)]


def totals_of(events):
    totals = Totals()
    totals.add((SERIES[event.series], event) for event in events)
    return totals.by_key


class TestMerging(TestCase):
    @given(EVENTS)
    def test_merging_changes_no_total_and_no_histogram(self, events):
        few = merged((event, THRESHOLD) for event in events)
        self.assertEqual(totals_of(few), totals_of(events))

    def test_thousands_of_calls_become_a_few_events(self):
        event = Event(0, "success", 1.0, 0.25)
        few = merged((event, THRESHOLD) for _call in range(2 * MAX_CALLS + 1))
        self.assertEqual([e.calls for e in few], [MAX_CALLS, MAX_CALLS, 1])
        self.assertEqual(sum(e.seconds for e in few), 0.25 * (2 * MAX_CALLS + 1))

    def test_an_event_of_several_calls_counts_each_of_them_as_fast(self):
        for seconds, fast in ((0.0, 16), (16 * THRESHOLD, 16), (16 * 4.0, 0)):
            event = Event(0, "success", 1.0, seconds, calls=16)
            (total,) = totals_of([event]).values()
            self.assertEqual(total.at_or_under, {THRESHOLD: fast})

    def test_an_event_of_several_calls_has_no_record_id(self):
        one = Event(0, "success", 1.0, 0.25, record_id=7)
        self.assertEqual(merged([(one, THRESHOLD)]), [one])
        (two,) = merged([(one, THRESHOLD), (one, THRESHOLD)])
        self.assertEqual(two.record_id, 0)
