"""When nothing should be deployed: days, ends of months, and hours before cutoffs."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change.freezes import (
    CUTOFF,
    DATES,
    MAX_HOURS,
    MAX_WORKING_DAYS,
    MONTH_END,
    Freeze,
    Period,
    first_period,
    next_period,
)

BERLIN, HAVANA, SAO_PAULO = "Europe/Berlin", "America/Havana", "America/Sao_Paulo"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONES = [BERLIN, HAVANA, SAO_PAULO, "UTC", "Australia/Lord_Howe", "Asia/Kathmandu"]

zones = st.sampled_from(ZONES)
days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31))


def at(freeze, moment):
    return first_period(freeze, moment, moment)


def local(moment, zone):
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


class TestDates:
    CHRISTMAS = Freeze(DATES, BERLIN, date(2026, 11, 23), date(2026, 12, 31))

    def test_both_days_belong_to_it(self):
        period = Period(datetime(2026, 11, 22, 23), datetime(2026, 12, 31, 23))
        assert at(self.CHRISTMAS, datetime(2026, 11, 22, 22, 59)) is None
        assert at(self.CHRISTMAS, datetime(2026, 11, 22, 23)) == period
        assert at(self.CHRISTMAS, datetime(2026, 12, 31, 22, 59)) == period
        assert at(self.CHRISTMAS, datetime(2026, 12, 31, 23)) is None

    def test_it_does_not_come_again(self):
        assert next_period(self.CHRISTMAS, datetime(2026, 12, 31, 23)) is None

    def test_a_day_on_which_clocks_change_has_another_length(self):
        for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
            period = next_period(Freeze(DATES, BERLIN, day, day), datetime(2026, 1, 1))
            assert period.end - period.begin == hours * HOUR

    def test_a_day_that_begins_at_one_o_clock(self):
        day = date(2018, 11, 4)
        period = next_period(Freeze(DATES, SAO_PAULO, day, day), datetime(2018, 1, 1))
        assert local(period.begin, SAO_PAULO) == datetime(2018, 11, 4, 1)
        assert period.end - period.begin == 23 * HOUR

    def test_a_day_with_two_midnights_begins_with_the_first(self):
        day = date(2020, 11, 1)
        period = next_period(Freeze(DATES, HAVANA, day, day), datetime(2020, 1, 1))
        assert period.end - period.begin == 25 * HOUR

    @given(days, days, zones, moments)
    def test_a_moment_is_in_it_if_its_day_is(self, first, last, zone, moment):
        first, last = sorted((first, last))
        found = at(Freeze(DATES, zone, first, last), moment)
        assert bool(found) == (first <= local(moment, zone).date() <= last)


class TestEndOfMonth:
    @pytest.mark.parametrize(
        ("before", "after", "month", "begin", "end"),
        [
            # November 2026 ends on a Monday, October on a Saturday.
            (1, 1, 11, date(2026, 11, 30), date(2026, 12, 2)),
            (2, 2, 11, date(2026, 11, 27), date(2026, 12, 3)),
            (1, 1, 10, date(2026, 10, 30), date(2026, 11, 3)),
            (3, 0, 10, date(2026, 10, 28), date(2026, 11, 1)),
            (0, 3, 10, date(2026, 11, 1), date(2026, 11, 5)),
            (2, 1, 12, date(2026, 12, 30), date(2027, 1, 2)),
        ],
    )
    def test_working_days_on_both_sides(self, before, after, month, begin, end):
        freeze = Freeze(MONTH_END, "UTC", days_before=before, days_after=after)
        found = next_period(freeze, datetime(2026, month, 15))
        assert (found.begin.date(), found.end.date()) == (begin, end)
        assert found.begin.time() == found.end.time() == time.min

    def test_the_days_after_belong_to_the_month_that_has_ended(self):
        freeze = Freeze(MONTH_END, "UTC", days_before=2, days_after=2)
        assert at(freeze, datetime(2026, 12, 2, 23)).begin == datetime(2026, 11, 27)
        assert at(freeze, datetime(2026, 12, 3)) is None

    @given(
        st.integers(0, MAX_WORKING_DAYS),
        st.integers(0, MAX_WORKING_DAYS),
        zones,
        moments,
    )
    def test_a_moment_is_in_it_if_so_few_working_days_are_left_or_over(
        self, before, after, zone, moment
    ):
        freeze = Freeze(MONTH_END, zone, days_before=before, days_after=after)
        today = local(moment, zone).date()
        assert bool(at(freeze, moment)) == (
            self.is_at_end(today, before) or self.is_at_begin(today, after)
        )

    def is_at_end(self, today, days):
        rest = [today + number * DAY for number in range(1, 31)]
        rest = [day for day in rest if day.month == today.month]
        return sum(day.weekday() < 5 for day in rest) < days

    def is_at_begin(self, today, days):
        past = [today.replace(day=number) for number in range(1, today.day)]
        return sum(day.weekday() < 5 for day in past) < days


class TestBeforeCutoffs:
    TRUCK = Freeze(CUTOFF, BERLIN, cutoff=time(16), hours_before=4)

    def test_each_day(self):
        for day in (1, 2, 7):
            noon = datetime(2026, 12, day, 11)
            assert at(self.TRUCK, noon) == Period(noon, noon + 4 * HOUR)
            assert at(self.TRUCK, noon + 4 * HOUR) is None
            assert next_period(self.TRUCK, noon + 4 * HOUR).begin == noon + DAY

    def test_in_summer_it_is_the_same_time_on_the_clock(self):
        period = next_period(self.TRUCK, datetime(2026, 7, 1))
        assert period.end == datetime(2026, 7, 1, 14)

    def test_it_may_begin_on_the_day_before(self):
        freeze = Freeze(CUTOFF, "UTC", cutoff=time(2), hours_before=6)
        found = at(freeze, datetime(2026, 12, 1, 21))
        assert found == Period(datetime(2026, 12, 1, 20), datetime(2026, 12, 2, 2))

    def test_a_time_that_clocks_show_twice_is_the_second_one(self):
        freeze = Freeze(CUTOFF, BERLIN, cutoff=time(2, 30), hours_before=1)
        found = next_period(freeze, datetime(2026, 10, 24, 22))
        assert found.end == datetime(2026, 10, 25, 1, 30)

    def test_a_time_that_clocks_skip(self):
        freeze = Freeze(CUTOFF, BERLIN, cutoff=time(2, 30), hours_before=1)
        found = next_period(freeze, datetime(2026, 3, 28, 23))
        assert local(found.end, BERLIN) == datetime(2026, 3, 29, 3, 30)

    @given(st.times(), st.floats(0.25, MAX_HOURS), zones, moments)
    def test_a_moment_is_in_it_if_a_cutoff_follows_so_soon(
        self, cutoff, hours, zone, moment
    ):
        cutoff = cutoff.replace(second=0, microsecond=0)
        freeze = Freeze(CUTOFF, zone, cutoff=cutoff, hours_before=hours)
        found = next_period(freeze, moment)
        assert found.end > moment
        is_soon = found.end - moment <= timedelta(hours=hours)
        assert bool(at(freeze, moment)) == is_soon
        assert found.end - moment <= DAY + 2 * HOUR


@pytest.mark.parametrize(
    "freeze",
    [
        TestDates.CHRISTMAS,
        Freeze(MONTH_END, BERLIN, days_before=3, days_after=2),
        TestBeforeCutoffs.TRUCK,
    ],
)
class TestEachKind:
    @given(moments, st.timedeltas(timedelta(0), 40 * DAY))
    def test_a_time_meets_a_period_if_the_next_one_begins_in_it(
        self, freeze, begin, length
    ):
        end = begin + length
        found = next_period(freeze, begin)
        expected = found if found and found.begin <= end else None
        assert first_period(freeze, begin, end) == expected

    @given(moments)
    def test_periods_follow_each_other(self, freeze, moment):
        found = next_period(freeze, moment)
        if found and (later := next_period(freeze, found.end)):
            assert found.begin < found.end <= later.begin < later.end
