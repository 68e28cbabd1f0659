"""What a deployment has changed is found, and what happens anyway is not."""

import math
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability_change import comparison
from reliability_change.comparison import (
    DURATION,
    ERRORS,
    MEASURES,
    QUERIES,
    REFUSALS,
    WARM_UP,
    Calls,
    add_up,
    compare,
    times,
)
from simulated_traffic import DAY, STEP, Company, day_curve

HOUR = 3600
BEGIN, END = 7 * 24 * HOUR, 7 * 24 * HOUR + 300

TIMES = BEGIN, END, HOUR


def calls(start, count=20, failed=0, refused=0, queries=85, seconds=1.0):
    good = count - failed - refused
    index = math.ceil(32 * math.log2(seconds))
    return Calls(start, count, failed, refused, good, queries * good, index * good)


def steps(begin, length, **values):
    """Return calls by five minutes; values may be functions of their number."""
    return [
        calls(
            begin + STEP * n,
            **{name: one(n) if callable(one) else one for name, one in values.items()},
        )
        for n in range(length // STEP)
    ]


def alternating(low, high):
    return lambda n: high if n % 2 else low


USUAL = {"queries": alternating(80, 90), "seconds": alternating(0.95, 1.05)}


def compared(before=None, length=HOUR, others=(), **after):
    """Return the comparison of one operation that is steady before, or of several."""
    history = {"order": before or steps(0, BEGIN, **USUAL)}
    now = {"order": steps(END, length, **(USUAL | after))}
    for number, other in enumerate(others):
        history[number], now[number] = other, steps(END, length, **USUAL)
    return compare(history, now, BEGIN, END, length)


def found(*arguments, **values):
    return [one.measure for one in compared(*arguments, **values).findings]


class TestFindings:
    """A difference that is large and unusual."""

    @pytest.mark.parametrize(
        ("after", "measure"),
        [
            ({"queries": 340}, QUERIES),
            ({"failed": 2}, ERRORS),
            ({"refused": 4}, REFUSALS),
            ({"seconds": 1.4}, DURATION),
            ({"queries": 20}, QUERIES),
        ],
    )
    def test_each_measure(self, after, measure):
        assert found(**after) == [measure]

    def test_nothing_has_changed(self):
        assert found() == []

    @pytest.mark.parametrize(
        "after", [{"queries": 91}, {"seconds": 1.1}, {"queries": alternating(88, 92)}]
    )
    def test_what_nobody_cares_about_is_none(self, after):
        """However certain it is: every window before was the same."""
        assert found(**after) == []

    def test_a_better_one_is_found_and_is_not_worse(self):
        (better,) = compared(queries=20).findings
        (worse,) = compared(queries=340).findings
        assert (better.is_worse, worse.is_worse) == (False, True)

    def test_it_has_an_effect_with_an_interval(self):
        (one,) = compared(queries=340).findings
        assert (round(one.before), round(one.after)) == (85, 340)
        assert one.effect == pytest.approx(4)
        assert 3.5 < one.low < one.effect < one.high < 4.5

    def test_of_shares_the_effect_is_their_difference(self):
        (one,) = compared(failed=2).findings
        assert one.effect == pytest.approx(0.1)
        assert 0.05 < one.low < 0.1 < one.high < 0.15

    def test_durations_are_the_geometric_mean(self):
        (one,) = compared(seconds=2).findings
        assert one.before == pytest.approx(1, rel=0.02)
        assert one.after == pytest.approx(2, rel=0.02)

    def test_the_finding_comes_first(self):
        results = compared(queries=340).results
        assert len(results) == len(MEASURES)
        assert [one.is_found for one in results] == [True, False, False, False]


class TestUsual:
    """What happens without a deployment is no finding."""

    def test_bursts_of_errors_that_the_operation_has(self):
        before = steps(0, BEGIN, failed=lambda n: 6 if n % 300 < 5 else 0, **USUAL)
        assert found(before, failed=lambda n: 6 if n < 5 else 0) == []

    def test_nor_those_that_other_operations_have(self):
        """Such faults come and go, and hit another one each time."""
        others = [
            steps(
                0, BEGIN, failed=lambda n, hit=hit: 19 * (hit <= n < hit + 12), **USUAL
            )
            for hit in (504, 1200)
        ]
        assert found(failed=10) == [ERRORS]
        assert found(failed=10, others=others) == []

    def test_but_more_than_such_faults_is_one(self):
        others = [
            steps(
                0, BEGIN, failed=lambda n, hit=hit: 2 * (hit <= n < hit + 12), **USUAL
            )
            for hit in (504, 1200)
        ]
        assert found(failed=15, others=others) == [ERRORS]

    def test_nor_a_few_minutes_of_many_errors(self):
        assert found(failed=lambda n: 15 if n == 3 else 0) == []

    def test_nor_as_much_as_it_varies_from_hour_to_hour(self):
        walk = Random(1)
        hours = [walk.gauss(0, 0.15) for _hour in range(7 * 24)]
        before = steps(0, BEGIN, seconds=lambda n: math.exp(hours[n * STEP // HOUR]))
        assert found(seconds=1.3) == [DURATION]
        assert found(before, seconds=1.3) == []

    def test_many_calls_do_not_make_such_an_hour_certain(self):
        """What its calls have in common remains."""
        walk = Random(1)
        hours = [walk.gauss(0, 0.15) for _hour in range(7 * 24)]
        before = steps(0, BEGIN, seconds=lambda n: math.exp(hours[n * STEP // HOUR]))
        for result in compared(before, count=2000, seconds=1.2).results:
            if result.measure == DURATION:
                assert result.low < 1 < result.high


class TestTimes:
    """A week before, and a window after caches are warm."""

    def test_whole_minutes(self):
        week = 7 * 86400
        found = times(week + 130, week + 190, 900)
        assert found == (120, week + 120, week + 420, week + 1320)
        assert found.start_after - (week + 190) >= WARM_UP


class TestEnough:
    """With too few calls, nothing is said."""

    def test_after(self):
        result = compared(length=900, count=3)
        assert (result.results, result.too_few) == ((), ("order",))

    def test_not_even_one(self):
        result = compare({"order": steps(0, BEGIN)}, {"order": []}, BEGIN, END, HOUR)
        assert result.too_few == ("order",)

    def test_before(self):
        result = compared(before=steps(0, 10 * HOUR), queries=340)
        assert result.too_few == ("order",)

    def test_a_new_operation_has_nothing_before(self):
        result = compare({}, {"order": steps(END, HOUR)}, BEGIN, END, HOUR)
        assert (result.results, result.too_few) == ((), ("order",))

    def test_two_errors_are_no_pattern(self):
        assert found(length=900, failed=lambda n: int(n < 2)) == []
        assert found(length=900, failed=2) == [ERRORS]

    def test_an_operation_that_only_fails_has_errors_and_no_durations(self):
        result = compared(failed=20)
        assert {one.measure for one in result.results} == {ERRORS, REFUSALS}
        assert [one.measure for one in result.findings] == [ERRORS]

    def test_calls_outside_of_both_times_do_not_count(self):
        during = calls(BEGIN, 10_000, failed=10_000)
        later = calls(END + HOUR, 10_000, failed=10_000)
        before, after = steps(0, BEGIN, **USUAL), steps(END, HOUR, **USUAL)
        result = compare(
            {"order": [*before, during]}, {"order": [during, *after, later]}, *TIMES
        )
        assert result.findings == ()
        assert max(one.calls_after for one in result.results) == 240


class TestMany:
    """Many measures are compared at once, and still nothing is found by chance."""

    def test_a_company_that_deploys_what_changes_nothing(self):
        company = Company(7)
        weeks = company.run(0, 8 * DAY)
        before = {n: one[: 7 * DAY] for n, one in enumerate(weeks)}
        hits = 0
        for start in range(7 * DAY + 84, 8 * DAY - 100, 12):
            after = {n: one[start:] for n, one in enumerate(weeks)}
            end = 7 * DAY * STEP
            hits += bool(compare(before, after, end, start * STEP, 900).findings)
        assert hits == 0

    def test_the_same_among_many_needs_more_to_be_certain(self):
        """By Holm: the bound depends on how many are compared."""
        assert comparison._holm([Compared(3.0)]) == [True]
        assert not any(comparison._holm([Compared(3.0)] + [Compared(0.1)] * 47))

    def test_once_one_is_certain_the_next_needs_less(self):
        """Of two, the bounds are 2.58 and 2.33."""
        assert comparison._holm([Compared(2.4), Compared(5)]) == [True, True]
        assert comparison._holm([Compared(2.4)] * 2) == [False, False]


class Compared(NamedTuple):
    statistic: float


class TestStatistic:
    """It is as rare as a value of a normal distribution."""

    @pytest.mark.parametrize(("t", "freedom"), [(2.093, 19), (2.0096, 49), (1.984, 99)])
    def test_as_tables_of_t_have_it(self, t, freedom):
        """The 97.5 % quantile, 1.96 of a normal distribution."""
        assert comparison._as_normal(t, freedom) == pytest.approx(1.96, abs=0.003)
        assert comparison._as_t(1.96, freedom) == pytest.approx(t, abs=0.003)

    @pytest.mark.parametrize(
        ("count", "mean", "z"), [(3, 0.15, 3.29), (5, 0.8, 2.99), (10, 4, 2.40)]
    )
    def test_as_poisson_has_few_errors(self, count, mean, z):
        """So many or more have the probabilities 0.05, 0.14 and 0.81 %."""
        found = comparison._skewed_distance(count / mean, mean)
        assert found == pytest.approx(z, abs=0.25)

    def test_no_errors_where_two_are_usual_are_no_surprise(self):
        assert -1.6 < comparison._skewed_distance(0, 2.5) < -1.3


CALLS = st.builds(
    calls,
    st.integers(0, 7 * DAY - 1).map(lambda n: n * STEP),
    st.integers(2, 60),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 500),
    st.floats(0.001, 100),
)
AFTER = st.lists(
    CALLS.map(lambda one: one._replace(start=END + one.start % HOUR)), max_size=12
)


@settings(max_examples=50)
@given(st.lists(CALLS, max_size=60), AFTER, st.randoms())
def test_the_order_of_rows_does_not_matter(before, after, random):
    result = compare({1: before}, {1: after}, BEGIN, END, HOUR)
    shuffled = [random.sample(one, len(one)) for one in (before, after)]
    assert compare({1: shuffled[0]}, {1: shuffled[1]}, BEGIN, END, HOUR) == result


@settings(max_examples=50)
@given(st.lists(CALLS, min_size=25, max_size=60), AFTER)
def test_intervals_contain_their_effects(before, after):
    for one in compare({1: before * 4}, {1: after}, BEGIN, END, HOUR).results:
        assert one.low <= one.effect <= one.high
        assert 0 <= one.usual <= 1


@given(st.lists(CALLS, min_size=1, max_size=9))
def test_calls_are_added_up(rows):
    together = add_up(rows)
    assert together.start == min(one.start for one in rows)
    assert together.queries == sum(one.queries for one in rows)


def test_the_simulated_day_is_busy_at_noon_and_quiet_at_weekends():
    assert day_curve(DAY // 2) == 1
    assert day_curve(5 * DAY + DAY // 2) == 0.1
