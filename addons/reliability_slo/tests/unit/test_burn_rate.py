"""Burn rates against the numbers of the Workbook, sloth and OpenSLO."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
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
            assume(largest)
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


class TestLowTraffic:
    def test_one_failure_at_night_is_no_alert(self):
        pair = pairs(MONTH)[0]
        assert pair.min_bad(999_000, 10 * 24 * 30, MONTH) == 2

    def test_it_is_the_same_inequality_in_counts(self):
        """Of 720,000 events 720 may be bad; two percent of these are gone."""
        assert pairs(MONTH)[0].min_bad(999_000, 720_000, MONTH) == 15


class TestBudget:
    @given(st.integers(0, 10**9), st.integers(1, 10**9), GOALS)
    def test_what_is_left_and_what_is_burnt(self, bad, total, goal):
        assume(bad <= total)
        left = burn_rate.remaining(bad, total, goal)
        assert left == 1 - burn_rate.burn_rate(bad, total, goal)
        assert (left >= 0) == (bad <= burn_rate.allowed(total, goal))

    def test_without_events_nothing_is_known(self):
        assert burn_rate.remaining(0, 0, 999_000) is None
