"""What a scrape reads is, byte for byte, what prometheus_client would have written."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest
from prometheus_client.exposition import choose_encoder

from ...telemetry.core_families import CRON
from ...telemetry.events import OUTCOMES, Event, Series
from ...telemetry.exposition import HistogramCache, family_metrics, registry_of
from ...telemetry.exposition.rendering import render
from ...telemetry.families import registered
from ...telemetry.totals import Key, Totals

ACCEPTED = (
    "",
    "text/plain;version=1.0.0;escaping=allow-utf-8",
    "text/plain;version=1.0.0;escaping=dots",
    "application/openmetrics-text",
    "application/openmetrics-text;version=1.0.0;escaping=underscores",
    "application/openmetrics-text;version=1.0.0;escaping=values",
    "application/openmetrics-text;version=1.0.0;escaping=dots",
)
"""What clients ask for; escaping by dots changes every name of ours."""

AWKWARD = (
    "",
    "WH",
    'le="1"',
    ',le="1',
    "x,le=",
    "\\",
    "\\n",
    "\n",
    "\r\x85\u2028",
    "ü",
)
"""Values of labels that could be taken for something else."""


def events_of(drawn):
    """Make ``(series, event)`` of what was drawn."""
    family, value, other, threshold, outcome, seconds, calls = drawn
    labels = (value, other) * 3
    labels = labels[: len(registered()[family].labels)]
    series = Series(family, value, labels, threshold)
    return series, Event(0, outcome, 1.0, seconds, calls=calls)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(registered())),
        st.sampled_from(AWKWARD),
        st.sampled_from(AWKWARD),
        st.sampled_from([0.0, 0.3, 1.0, 2.5, 1e7]),
        st.sampled_from(OUTCOMES),
        st.sampled_from([0.0, 1e-9, 0.3, 0.5, 7.77, 1e6, 123456789.0]),
        st.sampled_from([1, 2, 65535]),
    ).map(events_of),
    max_size=8,
)


def shown(totals, memory):
    """Return all families that have histograms, and those beside them."""
    return [*family_metrics(registered().values(), totals, [], memory)]


def as_prometheus_client_does(totals, encoder):
    families = shown(totals, HistogramCache())
    metrics = [f.metric() if hasattr(f, "metric") else f for f in families]
    return encoder(registry_of(metrics))


class TestWhatIsRendered(TestCase):
    @given(st.lists(EVENTS, min_size=1, max_size=3), st.sampled_from(ACCEPTED))
    def test_is_what_prometheus_client_renders_whatever_changed(self, scrapes, accept):
        encoder, _content_type = choose_encoder(accept)
        totals, memory = Totals(), HistogramCache()
        for events in scrapes:
            totals.add(events)
            ours = render(shown(totals, memory), encoder)
            memory.remove_unused()
            self.assertEqual(ours, as_prometheus_client_does(totals, encoder))

    def test_is_what_it_renders_of_a_million_calls(self):
        """Beyond a million, Prometheus' numbers have an exponent."""
        totals, memory = Totals(), HistogramCache()
        series = Series("operation", "db", ("sales", "confirm", "1", "WH", ""), 3.0)
        for _scrape in range(3):
            many = [Event(0, "success", 1.0, 65535.0, calls=65535)] * 20
            totals.add((series, event) for event in many)
            ours = render(shown(totals, memory), generate_latest)
            self.assertIn(b"e+06\n", ours)
            theirs = as_prometheus_client_does(totals, generate_latest)
            self.assertEqual(ours, theirs)


class TestWhatIsRemembered(TestCase):
    SERIES = Series("cron", "db", ("nightly",), 1.0)

    def rendered(self, totals, memory):
        (durations,) = family_metrics([CRON], totals, [], memory)
        memory.remove_unused()
        return [histogram for _values, histogram in durations._shown]

    def count(self, totals, outcome="success"):
        totals.add([(self.SERIES, Event(0, outcome, 1.0, 0.5))])

    def test_a_histogram_is_made_again_where_its_numbers_changed_and_only_there(self):
        totals, memory = Totals(), HistogramCache()
        self.count(totals)
        before = self.rendered(totals, memory)
        self.count(totals, "failed")
        after = self.rendered(totals, memory)
        changed = [
            outcome
            for outcome, a, b in zip(OUTCOMES, before, after, strict=True)
            if a is not b
        ]
        self.assertEqual(changed, ["failed"])

    def test_a_total_that_was_retired_and_begins_anew_is_not_mistaken(self):
        totals, memory = Totals(), HistogramCache()
        self.count(totals)
        self.rendered(totals, memory)
        totals.retire("db")
        totals.add([(self.SERIES, Event(0, "success", 1.0, 99.0))])
        (histogram, *_others) = self.rendered(totals, memory)
        self.assertEqual(histogram.seconds, 99.0)

    def test_what_is_shown_no_more_is_forgotten(self):
        totals, memory = Totals(), HistogramCache()
        self.count(totals)
        self.rendered(totals, memory)
        del totals.by_key[Key("cron", "db", ("nightly",), "success")]
        self.rendered(totals, memory)
        self.assertFalse(memory._known)
