"""Burn rates against the numbers of the Workbook, sloth, OpenSLO and Kibana."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_slo import burn_rate
from reliability_slo.burn_rate import PAGE, PPM, TICKET, pairs

WEEK, FOUR_WEEKS, MONTH = (timedelta(days=days) for days in (7, 28, 30))
GOALS = st.integers(1, PPM - 1)
PERIODS = st.sampled_from([WEEK, FOUR_WEEKS, MONTH, timedelta(days=90)])


class TestPairs:
    """Four pairs of windows, with factors derived from the objective's window."""

    @pytest.mark.parametrize(
        ("period", "factors"),
        [
            (MONTH, ("14.4", "6", "3", "1")),
            (FOUR_WEEKS, ("13.44", "5.6", "2.8", "14/15")),
            (WEEK, ("13.44", "3.5", "1.4", "0.98")),
        ],
    )
    def test_factors(self, period, factors):
        found = [pair.factor(period) for pair in pairs(period)]
        assert found == [Fraction(factor) for factor in factors]

    def test_windows_and_severities(self):
        hours = [
            (pair.long.total_seconds() / 3600, pair.short.total_seconds() / 60)
            for pair in pairs(MONTH)
        ]
        assert hours == [(1, 5), (6, 30), (24, 120), (72, 360)]
        severities = [pair.severity for pair in pairs(MONTH)]
        assert severities == [PAGE, PAGE, TICKET, TICKET]

    @given(GOALS, PERIODS)
    def test_its_part_of_the_budget_is_gone_when_it_fires(self, goal, period):
        for pair in pairs(period):
            if pair.can_fire(goal, period):
                error = Fraction(1)
                after = pair.detection(goal, error, period)
                used = (
                    Fraction(after // timedelta(microseconds=1))
                    / Fraction(period // timedelta(microseconds=1))
                    * burn_rate.ceiling(goal)
                )
                assert float(used) == pytest.approx(pair.budget_ppm / PPM, rel=1e-3)


class TestNeverFires:
    """An alert that a total outage does not reach is no alert."""

    @pytest.mark.parametrize(
        ("period", "percent"),
        [
            (MONTH, (93.0556, 83.3333, 66.6667)),
            (FOUR_WEEKS, (92.5595, 82.1429, 64.2857)),
        ],
    )
    def test_smallest_goals(self, period, percent):
        for pair, goal in zip(pairs(period), percent, strict=False):
            assert pair.smallest_goal_ppm(period) / 10_000 == pytest.approx(
                goal, abs=1.5e-4
            )
        assert pairs(FOUR_WEEKS)[3].smallest_goal_ppm(FOUR_WEEKS) == 1

    @given(GOALS, PERIODS)
    def test_it_can_fire_from_the_smallest_goal_on(self, goal, period):
        for pair in pairs(period):
            expected = goal >= pair.smallest_goal_ppm(period)
            assert pair.can_fire(goal, period) == expected

    @given(GOALS, PERIODS)
    def test_it_can_fire_with_the_largest_budget(self, goal, period):
        for pair in pairs(period):
            largest = pair.largest_budget_ppm(goal, period)
            if not largest:
                continue  # no alert can fire
            assert pair._replace(budget_ppm=largest).can_fire(goal, period)
            if largest < PPM - 1:
                more = pair._replace(budget_ppm=largest + 1)
                assert not more.can_fire(goal, period)

    def test_a_goal_of_ninety_percent(self):
        """A total outage burns 1.39 % of the budget in an hour."""
        page = pairs(MONTH)[0]
        assert not page.can_fire(900_000, MONTH)
        assert page.largest_budget_ppm(900_000, MONTH) == 13_888


class TestTimes:
    def test_a_total_outage_is_detected(self):
        page = pairs(MONTH)[0]
        after = page.detection(999_000, Fraction(1), MONTH)
        assert after == timedelta(seconds=51.84)

    @pytest.mark.parametrize(
        ("errors", "seconds"),
        [
            ("1", (51.84, 129.6, 259.2, 259.2)),
            ("0.1", (518.4, 1296, 2592, 2592)),
            ("0.01", (None, 12_960, 25_920, 25_920)),
            ("0.002", (None, None, None, 129_600)),
            ("0.001", (None, None, None, None)),
        ],
    )
    def test_detection_by_each_pair(self, errors, seconds):
        found = [
            pair.detection(999_000, Fraction(errors), MONTH) for pair in pairs(MONTH)
        ]
        assert found == [
            None if value is None else timedelta(seconds=value) for value in seconds
        ]

    @given(GOALS, PERIODS, st.fractions(0, 1))
    def test_the_short_window_delays_no_alert(self, goal, period, errors):
        """It is as full of errors after a twelfth of the time."""
        for pair in pairs(period):
            assert pair.short * 12 == pair.long
            after = pair.detection(goal, errors, period)
            assert after is None or after <= pair.long

    def test_errors_below_the_factor_are_never_detected(self):
        assert pairs(MONTH)[0].detection(999_000, Fraction(144, 10_000), MONTH) is None

    def test_exhaustion(self):
        assert burn_rate.exhaustion(MONTH, Fraction(10)) == timedelta(days=3)
        assert burn_rate.exhaustion(MONTH, burn_rate.ceiling(999_000)) == timedelta(
            minutes=43, seconds=12
        )
        assert burn_rate.exhaustion(MONTH, Fraction(0)) is None

    @pytest.mark.parametrize(
        ("period", "goal", "lasts"),
        [
            (timedelta(weeks=1), 999_500, timedelta(minutes=5, seconds=2.4)),
            (timedelta(weeks=2), 950_000, timedelta(hours=16, minutes=48)),
        ],
    )
    def test_outages_that_openslo_allows(self, period, goal, lasts):
        assert burn_rate.exhaustion(period, burn_rate.ceiling(goal)) == lasts

    def test_bad_minutes_that_openslo_allows(self):
        """Of two weeks in slices of a minute, 16 h 48 min may be bad."""
        assert burn_rate.allowed(14 * 24 * 60, 950_000) == 16 * 60 + 48

    def test_an_outage_that_openslo_allows_beside_other_errors(self):
        """With slices that count as their ratio: 99 % usually, 1 % in the outage."""
        minutes = 14 * 24 * 60

        def left(outage):
            bad = outage * 990_000 + (minutes - outage) * 10_000
            return burn_rate.remaining(bad, minutes * PPM, 950_000)

        whole = 13 * 60 + 42
        assert left(whole) > 0 > left(whole + 1)
        more = left(whole) / (left(whole) - left(whole + 1))
        assert round(60 * more) == 51


class TestLowTraffic:
    def test_one_failure_at_night_is_no_alert(self):
        pair = pairs(MONTH)[0]
        assert pair.min_bad(999_000, 10 * 24 * 30, MONTH) == 2

    def test_what_others_page_for(self):
        """Of ten requests in an hour one fails: a hundred times what is allowed.

        It uses 13.9 % of the budget of a month, so that the ratio alone would page.
        """
        burnt = burn_rate.burn_rate(1, 10, 999_000)
        assert burnt == 100
        assert burnt > max(pair.factor(MONTH) for pair in pairs(MONTH))
        used = burn_rate.remaining(0, 7200, 999_000) - burn_rate.remaining(
            1, 7200, 999_000
        )
        assert float(used) == pytest.approx(0.139, abs=0.0005)

    def test_it_is_the_same_inequality_in_counts(self):
        """Of 720,000 events 720 may be bad; two percent of these are gone."""
        assert pairs(MONTH)[0].min_bad(999_000, 720_000, MONTH) == 15


class TestBudget:
    @given(st.integers(0, 10**9), st.integers(1, 10**9), GOALS)
    def test_what_is_left_and_what_is_burnt(self, bad, total, goal):
        bad = min(bad, total)
        left = burn_rate.remaining(bad, total, goal)
        assert left == 1 - burn_rate.burn_rate(bad, total, goal)
        assert (left >= 0) == (bad <= burn_rate.allowed(total, goal))

    def test_without_events_nothing_is_known(self):
        assert burn_rate.remaining(0, 0, 999_000) is None

    def test_quiet_nights_weigh_as_much_as_they_have_events(self):
        """By day 1,000 events in each slice are good; by night one of two is bad.

        The mean of the ratios is 25 % of errors, and a budget used 250 times.
        """
        slices = 144
        bad, total = slices, slices * (1000 + 2)
        left = burn_rate.remaining(bad, total, 999_000)
        assert left == 1 - Fraction(1000, 1002)

    @pytest.mark.parametrize(
        ("good", "goal", "burnt"),
        [(100, 900_000, 0), (90, 900_000, 1), (90, 990_000, 10), (80, 600_000, 0.5)],
    )
    def test_burn_rates_of_kibana(self, good, goal, burnt):
        assert burn_rate.burn_rate(100 - good, 100, goal) == burnt

    def test_a_week_of_minutes_of_kibana(self):
        """Ten slices of 10,080 are bad, those without events are not."""
        errors = burn_rate.burn_rate(10, 10_080, 999_000) * Fraction(1, 1000)
        assert round(float(1 - errors), 6) == 0.999008

    @given(GOALS)
    def test_goals_are_exact(self, goal):
        """What is allowed is no 0.0009999999999999432."""
        allowed = 1 / burn_rate.ceiling(goal)
        assert allowed + Fraction(goal, PPM) == 1
        assert allowed.denominator <= PPM
