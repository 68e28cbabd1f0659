"""A scrape gets, byte for byte, the output of prometheus_client."""

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
"""Headers ``Accept`` of clients; escaping by dots changes every name of ours."""

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
"""Values of labels that need escaping or look like other syntax."""


def events_of(drawn):
    """Return ``(series, event)`` made of drawn values."""
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


def shown(totals, cache):
    """Return the metrics of all families."""
    return [*family_metrics(registered().values(), totals, [], cache)]


def rendered_by_prometheus_client(totals, encoder):
    families = shown(totals, HistogramCache())
    metrics = [f.metric() if hasattr(f, "metric") else f for f in families]
    return encoder(registry_of(metrics))


class TestRendering(TestCase):
    @given(st.lists(EVENTS, min_size=1, max_size=3), st.sampled_from(ACCEPTED))
    def test_every_scrape_is_rendered_as_by_prometheus_client(self, scrapes, accept):
        encoder, _content_type = choose_encoder(accept)
        totals, cache = Totals(), HistogramCache()
        for events in scrapes:
            totals.add(events)
            ours = render(shown(totals, cache), encoder)
            cache.remove_unused()
            self.assertEqual(ours, rendered_by_prometheus_client(totals, encoder))

    def test_a_million_calls_are_rendered_as_by_prometheus_client(self):
        """Numbers beyond a million have an exponent."""
        totals, cache = Totals(), HistogramCache()
        series = Series("operation", "db", ("sales", "confirm", "1", "WH", ""), 3.0)
        for _scrape in range(3):
            many = [Event(0, "success", 1.0, 65535.0, calls=65535)] * 20
            totals.add((series, event) for event in many)
            ours = render(shown(totals, cache), generate_latest)
            self.assertIn(b"e+06\n", ours)
            theirs = rendered_by_prometheus_client(totals, generate_latest)
            self.assertEqual(ours, theirs)


class TestCache(TestCase):
    SERIES = Series("cron", "db", ("nightly",), 1.0)

    def rendered(self, totals, cache):
        (durations,) = family_metrics([CRON], totals, [], cache)
        cache.remove_unused()
        return [histogram for _values, histogram in durations._shown]

    def count(self, totals, outcome="success"):
        totals.add([(self.SERIES, Event(0, outcome, 1.0, 0.5))])

    def test_only_histograms_with_new_numbers_are_made_again(self):
        totals, cache = Totals(), HistogramCache()
        self.count(totals)
        before = self.rendered(totals, cache)
        self.count(totals, "failed")
        after = self.rendered(totals, cache)
        changed = [
            outcome
            for outcome, a, b in zip(OUTCOMES, before, after, strict=True)
            if a is not b
        ]
        self.assertEqual(changed, ["failed"])

    def test_a_new_total_does_not_get_the_histogram_of_a_retired_one(self):
        totals, cache = Totals(), HistogramCache()
        self.count(totals)
        self.rendered(totals, cache)
        totals.retire("db")
        totals.add([(self.SERIES, Event(0, "success", 1.0, 99.0))])
        (histogram, *_others) = self.rendered(totals, cache)
        self.assertEqual(histogram.seconds, 99.0)

    def test_histograms_that_are_not_shown_any_more_are_removed(self):
        totals, cache = Totals(), HistogramCache()
        self.count(totals)
        self.rendered(totals, cache)
        del totals.by_key[Key("cron", "db", ("nightly",), "success")]
        self.rendered(totals, cache)
        self.assertFalse(cache._cached)
