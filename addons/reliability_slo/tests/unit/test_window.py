"""Windows begin and end at the right moment, also where clocks are changed."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_slo.window import CALENDAR, period

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])


@pytest.mark.parametrize(
    ("code", "now", "zone", "begin", "end"),
    [
        ("week", "2026-11-29 12:00", "UTC", "2026-11-23 00:00", "2026-11-30 00:00"),
        # Summer time ends on 25 October: the month has an hour more.
        (
            "month",
            "2026-10-31 12:00",
            "Europe/Berlin",
            "2026-09-30 22:00",
            "2026-10-31 23:00",
        ),
        (
            "month",
            "2026-03-15 12:00",
            "Europe/Berlin",
            "2026-02-28 23:00",
            "2026-03-31 22:00",
        ),
        ("month", "2028-02-29 12:00", "UTC", "2028-02-01 00:00", "2028-03-01 00:00"),
        # Kathmandu is a quarter of an hour off: its month begins at 18:15.
        (
            "month",
            "2026-11-30 18:14",
            "Asia/Kathmandu",
            "2026-10-31 18:15",
            "2026-11-30 18:15",
        ),
        (
            "month",
            "2026-11-30 18:15",
            "Asia/Kathmandu",
            "2026-11-30 18:15",
            "2026-12-31 18:15",
        ),
        ("quarter", "2026-12-31 12:00", "UTC", "2026-10-01 00:00", "2027-01-01 00:00"),
    ],
)
def test_of_a_moment(code, now, zone, begin, end):
    found = period(code, datetime.fromisoformat(now), zone)
    assert [str(moment)[:16] for moment in found] == [begin, end]


def test_a_week_as_kibana_has_it():
    found = period("week", datetime(2022, 8, 11, 8, 31), "UTC")
    assert found == (datetime(2022, 8, 8), datetime(2022, 8, 15))


@given(st.sampled_from(sorted(CALENDAR)), MOMENTS, ZONES)
def test_it_contains_the_moment(code, now, zone):
    found = period(code, now, zone)
    assert found.begin <= now < found.end


@given(st.sampled_from(sorted(CALENDAR)), MOMENTS, ZONES)
def test_calendar_windows_follow_each_other(code, now, zone):
    found = period(code, now, zone)
    assert period(code, found.end, zone).begin == found.end
