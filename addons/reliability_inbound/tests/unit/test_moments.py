"""Times of messages can be shown in all time zones, or are refused."""

from datetime import datetime, timedelta

import pytest
from reliability_inbound.json_reading import (
    InvalidReport,
    read_bounded_moment,
    read_moment,
)

FIRST, LAST = datetime(2000, 1, 1), datetime(9999, 12, 30)
TOO_EARLY = "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1999-12-31T23:59:59Z"
TOO_LATE = "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "9999-12-30T00:00:01Z"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-30T13:00:00Z", datetime(2026, 11, 30, 13)),
        ("2026-11-30T13:00:00.9+01:00", datetime(2026, 11, 30, 12)),
        ("2026-11-30 13:00:00 +0100", datetime(2026, 11, 30, 12)),
        ("2000-01-01T00:00:00Z", FIRST),
        ("9999-12-30T00:00:00Z", LAST),
    ],
)
def test_a_time_is_in_utc_without_fractions(text, moment):
    for read in (read_moment, read_bounded_moment):
        assert read({"at": text}, "at") == moment


@pytest.mark.parametrize("text", [*TOO_EARLY, *TOO_LATE])
def test_one_that_cannot_be_shown_everywhere_is_refused(text):
    with pytest.raises(InvalidReport, match="at must be a time from 2000 until 9999"):
        read_moment({"at": text}, "at", is_needed=True)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        *((text, FIRST) for text in TOO_EARLY),
        *((text, LAST) for text in TOO_LATE),
    ],
)
def test_that_of_a_certificate_is_the_nearest_that_can_be_shown(text, nearest):
    assert read_bounded_moment({"at": text}, "at") == nearest


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_it_may_be_a_day_more_or_less(moment):
    for day in (timedelta(days=-1), timedelta(days=1)):
        assert moment + day


@pytest.mark.parametrize("value", [5, "soon", "2026-11-30T13:00:00", "2026-13-01", []])
def test_anything_else_is_refused(value):
    for read in (read_moment, read_bounded_moment):
        with pytest.raises(InvalidReport, match="at must be a time as in RFC 3339"):
            read({"at": value}, "at")


def test_without_one_there_is_none_unless_it_is_needed():
    for read in (read_moment, read_bounded_moment):
        assert read({}, "at") is None
        with pytest.raises(InvalidReport, match="at must be a time"):
            read({}, "at", is_needed=True)
