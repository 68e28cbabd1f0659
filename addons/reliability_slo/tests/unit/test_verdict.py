"""An alert fires if much of the budget is gone, and it is not over."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from reliability_slo.burn_rate import MIN_BAD, PPM, burn_rate, pairs
from reliability_slo.verdict import FLOOR, Evidence, Sums, Verdict, add_up, verdict

MONTH = timedelta(days=30)
QUICK = pairs(MONTH)[0]
GOALS = st.integers(1, PPM - 1)
PERIODS = st.sampled_from([timedelta(days=days) for days in (7, 28, 30, 90)])
FIRES, QUIET = Verdict(True, False), Verdict(False, False)


@st.composite
def sums(draw):
    total = draw(st.integers(0, 10**7))
    return Sums(draw(st.integers(0, total)), total)


@st.composite
def alerts(draw):
    """Return a pair of windows, a goal, a period and what is known."""
    period = draw(PERIODS)
    # Goals near 100 % and near zero are both of interest, and most between are alike.
    goal = draw(GOALS | st.integers(PPM - 5000, PPM - 1))
    short, before = draw(sums()), draw(sums())
    evidence = Evidence(
        long=add_up([short, before]),
        short=short,
        expected=draw(st.integers(0, 10**9)),
        coverage=draw(st.fractions(0, 1)),
    )
    return draw(st.sampled_from(pairs(period))), goal, period, evidence


def known(long, short, expected=0, coverage=Fraction(1)):
    return Evidence(Sums(*long), Sums(*short), expected, coverage)


class TestFires:
    """It fires if both windows burn faster than the factor of their pair."""

    def test_during_an_outage(self):
        evidence = known((50, 3000), (50, 250), 2_000_000)
        assert verdict(QUICK, 999_000, MONTH, evidence, False) == FIRES

    def test_not_at_the_factor_itself(self):
        at, above = known((144, 10_000), (144, 10_000)), known((145, 10_000), (1, 1))
        assert verdict(QUICK, 999_000, MONTH, at, False) == QUIET
        assert verdict(QUICK, 999_000, MONTH, above, False) == FIRES

    def test_not_once_the_trouble_is_over(self):
        evidence = known((50, 3000), (0, 250))
        assert verdict(QUICK, 999_000, MONTH, evidence, True) == QUIET

    def test_not_because_of_a_few_minutes(self):
        evidence = known((5, 3000), (5, 250))
        assert verdict(QUICK, 999_000, MONTH, evidence, False) == QUIET

    @given(alerts(), st.booleans())
    def test_only_if_both_windows_burn(self, alert, fired):
        pair, goal, period, evidence = alert
        found = verdict(*alert, fired)
        if found == FIRES:
            for part in (evidence.long, evidence.short):
                assert burn_rate(*part, goal) > pair.factor(period)
            assert evidence.long.bad >= MIN_BAD

    @given(alerts(), st.booleans())
    def test_never_where_the_pair_cannot(self, alert, fired):
        pair, goal, period, _evidence = alert
        if pair.can_fire(goal, period):
            reject()
        assert verdict(*alert, fired) == QUIET

    @given(alerts(), st.booleans(), st.integers(0, 10**6))
    def test_more_bad_events_do_not_end_it(self, alert, fired, more):
        pair, goal, period, evidence = alert
        if not verdict(*alert, fired).fires:
            reject()
        bad = Sums(more, more)
        worse = evidence._replace(
            long=add_up([evidence.long, bad]), short=add_up([evidence.short, bad])
        )
        # A frozen one knows more with them, but may have fired for nothing.
        if verdict(*alert, fired) == FIRES:
            assert verdict(pair, goal, period, worse, fired) == FIRES

    @given(alerts(), st.booleans(), st.integers(0, 10**6))
    def test_more_good_events_do_not_begin_it(self, alert, fired, more):
        pair, goal, period, evidence = alert
        if verdict(*alert, fired) != QUIET:
            reject()
        good = Sums(0, more)
        better = evidence._replace(
            long=add_up([evidence.long, good]), short=add_up([evidence.short, good])
        )
        assert verdict(pair, goal, period, better, fired) == QUIET

    @given(alerts(), st.booleans())
    def test_the_former_verdict_matters_only_where_nothing_is_known(self, alert, fired):
        found = verdict(*alert, fired)
        if not found.frozen:
            assert verdict(*alert, not fired) == found


class TestSoonEnough:
    """It fires when the arithmetic of the Workbook says so."""

    @given(
        st.integers(900_000, 999_900), PERIODS, st.fractions(0, 1, max_denominator=1000)
    )
    def test_a_constant_ratio_of_errors(self, goal, period, errors):
        """A thousand events a second, after a long time without errors."""
        for pair in pairs(period):
            after = pair.detection(goal, errors, period)
            if after is None:
                after = pair.long
                assert not self.fires(pair, goal, period, errors, after)
            else:
                second = timedelta(seconds=1)
                assert not self.fires(pair, goal, period, errors, after - second)
                assert self.fires(pair, goal, period, errors, after + second)

    def fires(self, pair, goal, period, errors, after):
        def sums(window):
            with_errors = max(timedelta(), min(after, window))
            unit = errors.denominator  # so that counts are whole
            milliseconds = timedelta(milliseconds=1)
            bad = errors.numerator * (with_errors // milliseconds)
            return Sums(bad, unit * (window // milliseconds))

        evidence = Evidence(sums(pair.long), sums(pair.short), 0, Fraction(1))
        return verdict(pair, goal, period, evidence, False).fires


class TestLowTraffic:
    """Few events are no reason to wake anybody."""

    def test_one_failure_at_night(self):
        one, two = known((1, 10), (1, 1), 7200), known((2, 10), (1, 1), 7200)
        assert verdict(QUICK, 999_000, MONTH, one, False) == QUIET
        assert verdict(QUICK, 999_000, MONTH, two, False) == FIRES

    def test_bad_events_of_a_quiet_hour_count_against_a_usual_period(self):
        """Two percent of the budget of 720,000 events are fifteen of them."""
        few, many = known((14, 100), (9, 9), 720_000), known((15, 100), (9, 9), 720_000)
        assert verdict(QUICK, 999_000, MONTH, few, False) == QUIET
        assert verdict(QUICK, 999_000, MONTH, many, False) == FIRES

    def test_a_failure_of_a_quiet_night_after_a_fault(self):
        """A twelfth of fifteen bad events is needed in the short window, too."""
        one, two = known((50, 900), (1, 9), 720_000), known((51, 900), (2, 9), 720_000)
        assert verdict(QUICK, 999_000, MONTH, one, False) == QUIET
        assert verdict(QUICK, 999_000, MONTH, two, False) == FIRES

    @given(alerts(), st.booleans())
    def test_more_is_expected_so_more_has_to_be_bad(self, alert, fired):
        pair, goal, period, evidence = alert
        if verdict(*alert, fired) != QUIET:
            reject()
        busier = evidence._replace(expected=evidence.expected * 2)
        assert verdict(pair, goal, period, busier, fired) == QUIET


class TestFreezes:
    """Where nothing is known, an alert stays, and none begins."""

    @pytest.mark.parametrize("fired", [True, False])
    @pytest.mark.parametrize(
        "evidence",
        [
            known((0, 0), (0, 0)),
            known((50, 3000), (0, 0)),
            known((50, 3000), (50, 250), coverage=FLOOR - Fraction(1, 10**9)),
            known((0, 3000), (0, 250), coverage=Fraction(0)),
        ],
    )
    def test_as_it_was(self, evidence, fired):
        assert verdict(QUICK, 999_000, MONTH, evidence, fired) == (fired, True)

    def test_half_of_the_window_is_enough(self):
        evidence = known((50, 3000), (50, 250), coverage=FLOOR)
        assert verdict(QUICK, 999_000, MONTH, evidence, False) == FIRES

    @given(alerts())
    def test_none_begins(self, alert):
        found = verdict(*alert, False)
        assert not (found.frozen and found.fires)


class TestSlices:
    """What counts are sums, not how they are cut into slices."""

    @given(st.lists(sums(), min_size=1), st.data())
    def test_splitting_a_slice_changes_nothing(self, slices, data):
        index = data.draw(st.integers(0, len(slices) - 1))
        bad, total = slices[index]
        first_bad = data.draw(st.integers(0, bad))
        first = Sums(
            first_bad, data.draw(st.integers(first_bad, total - bad + first_bad))
        )
        second = Sums(bad - first.bad, total - first.total)
        split = [*slices[:index], first, second, *slices[index + 1 :]]
        short = add_up(slices[index:])
        pair, goal, period = QUICK, 999_000, MONTH
        whole = Evidence(add_up(slices), short, 10**6, Fraction(1))
        parts = Evidence(add_up(split), add_up(split[index:]), 10**6, Fraction(1))
        assert verdict(pair, goal, period, whole, False) == verdict(
            pair, goal, period, parts, False
        )

    def test_slices_that_count_as_their_ratio(self):
        """Two whole slices have to be bad, or four that are bad by half."""
        almost = known((3 * PPM // 2, 12 * PPM), (PPM // 2, PPM), 8640 * PPM)
        enough = known((4 * PPM // 2, 12 * PPM), (PPM // 2, PPM), 8640 * PPM)
        assert verdict(QUICK, 999_000, MONTH, almost, False, PPM) == QUIET
        assert verdict(QUICK, 999_000, MONTH, enough, False, PPM) == FIRES

    @given(alerts(), st.booleans())
    def test_whole_slices_count_alike_in_either_unit(self, alert, fired):
        pair, goal, period, evidence = alert
        scaled = Evidence(
            Sums(*(count * PPM for count in evidence.long)),
            Sums(*(count * PPM for count in evidence.short)),
            evidence.expected * PPM,
            evidence.coverage,
        )
        assert verdict(pair, goal, period, scaled, fired, PPM) == verdict(
            pair, goal, period, evidence, fired
        )
