"""What Alertmanager's webhook sends, and what is none of it."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_alertmanager.webhook import InvalidWebhook, parse

NOON = datetime(2026, 11, 27, 12)


def alert(**values):
    return {
        "status": "firing",
        "labels": {"alertname": "OdooDown"},
        "annotations": {},
        "startsAt": "2026-11-27T12:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "f1",
    } | values


def one(**values):
    (received,), _left_out = parse({"alerts": [alert(**values)]})
    return received


class TestTimes:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-11-27T12:00:00Z",
            "2026-11-27T12:00:00.123456789Z",
            "2026-11-27T20:00:00.5+08:00",
        ],
    )
    def test_nanoseconds_and_time_zones(self, text):
        assert one(startsAt=text).starts_at == NOON

    def test_the_year_1_is_no_time(self):
        assert one(status="resolved").ends_at == NOON, "not before it began"
        assert one().ends_at is None

    def test_what_fires_has_no_end(self):
        assert one(endsAt="2026-11-27T12:05:00Z").ends_at is None

    def test_an_end_before_the_begin_is_the_begin(self):
        ended = one(status="resolved", endsAt="2026-11-27T11:00:00Z")
        assert ended.ends_at == NOON

    @pytest.mark.parametrize("text", ["", None, "0001-01-01T00:00:00Z"])
    def test_a_begin_is_needed(self, text):
        with pytest.raises(InvalidWebhook, match="startsAt"):
            one(startsAt=text)

    @pytest.mark.parametrize("text", ["yesterday", 5, "2026-11-27T12:00:00", []])
    def test_other_times_are_refused(self, text):
        with pytest.raises(InvalidWebhook, match="RFC 3339"):
            one(startsAt=text)


class TestContent:
    def test_unknown_keys_are_ignored(self):
        body = {"alerts": [alert(isNew=1)], "notification_reason": "x", "version": "5"}
        assert len(parse(body)[0]) == 1

    def test_without_fingerprint_the_labels_identify_it(self):
        first, same = one(fingerprint=None), one(fingerprint="")
        other = one(fingerprint=None, labels={"alertname": "Other"})
        assert first.fingerprint == same.fingerprint != other.fingerprint

    def test_links_are_http_only(self):
        assert one(generatorURL="javascript:alert(1)").url == ""
        assert one(generatorURL="https://p/graph").url == "https://p/graph"

    def test_how_many_were_left_out(self):
        assert parse({"alerts": [], "truncatedAlerts": 7}) == ([], 7)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"alerts": {}},
        {"alerts": [1]},
        {"alerts": [], "truncatedAlerts": "7"},
        {"alerts": [alert(status="over")]},
        {"alerts": [alert(labels={})]},
        {"alerts": [alert(labels={"alertname": 1})]},
        {"alerts": [alert(annotations=[])]},
    ],
)
def test_anything_else_is_refused_in_words(body):
    with pytest.raises(InvalidWebhook, match=r"\w"):
        parse(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*alert(), "generatorURL"]), JSON))
def test_any_content_is_parsed_or_refused(values):
    try:
        parse({"alerts": [alert(**values)]})
    except InvalidWebhook as error:
        assert str(error)
