"""Budgets are those of slo-generator, except where it rounds.

It rounds the ratio of good events to six decimals, and the burn rate to one.
"""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability_slo.burn_rate import PPM, allowed, burn_rate, exhaustion, remaining
from slo_generator.compute import compute

GOALS = st.integers(1, PPM - 1)
COUNTS = st.integers(0, 10**9) | st.integers(0, 100)
WINDOW = timedelta(hours=1)
ROUNDED = 0.5 / PPM
"""Theirs is at most so far from the exact ratio."""
FLOAT = 1e-9
"""Relative error of their floating-point numbers."""


class Backend:
    """A backend that returns what it is given as a client."""

    def __init__(self, client):
        self._data = client

    def events(self, _timestamp, _window, _config):
        return self._data


BACKEND = f"{__name__}.{Backend.__name__}"


def theirs(data, goal_ppm, threshold=1.0):
    """Return the report of slo-generator.

    :param data: what its backend finds: (good, bad)
    :param threshold: the burn rate from which it alerts
    """
    step = {
        "name": "1 hour",
        "window": WINDOW // timedelta(seconds=1),
        "burn_rate_threshold": threshold,
        "alert": True,
        "message_alert": "",
        "message_ok": "",
    }
    objective = {
        "metadata": {"name": "objective"},
        "spec": {
            "description": "",
            "goal": goal_ppm / PPM,
            "method": "events",
            "backend": BACKEND,
            "error_budget_policy": "default",
        },
    }
    shared = {
        "backends": {BACKEND: {}},
        "error_budget_policies": {"default": {"steps": [step]}},
    }
    [report] = compute(objective, shared, timestamp=0, client=data)
    return report


def budget(goal_ppm):
    return (PPM - goal_ppm) / PPM


class TestSameNumbers:
    @settings(max_examples=3000)
    @given(COUNTS, COUNTS.filter(bool), GOALS)
    def test_of_random_counts(self, bad, good, goal):
        report = theirs((good, bad), goal)
        burnt, left = burn_rate(bad, bad + good, goal), remaining(bad, bad + good, goal)
        within = ROUNDED / budget(goal) + FLOAT * (1 + float(burnt))
        assert report["error_budget_consumed_ratio"] / 100 == pytest.approx(
            float(burnt), abs=within
        )
        assert report["gap"] == pytest.approx(
            float(left * Fraction(PPM - goal, PPM)), abs=ROUNDED + FLOAT
        )
        minutes = WINDOW / timedelta(minutes=1) * budget(goal)
        assert report["error_budget_target"] == pytest.approx(budget(goal), rel=FLOAT)
        assert report["error_budget_minutes"] == pytest.approx(minutes, rel=FLOAT)
        assert report["error_budget_remaining_minutes"] == pytest.approx(
            float(left) * minutes, abs=60 * ROUNDED + FLOAT
        )

    @settings(max_examples=1000)
    @given(st.sampled_from([10**power for power in range(7)]), st.floats(0, 1), GOALS)
    def test_to_the_last_digit_where_it_rounds_nothing(self, total, part, goal):
        bad = int(total * part)
        report = theirs((total - bad, bad), goal)
        assert report["error_budget_consumed_ratio"] / 100 == pytest.approx(
            float(burn_rate(bad, total, goal)), rel=FLOAT, abs=FLOAT
        )

    @settings(max_examples=1000)
    @given(COUNTS, COUNTS.filter(bool), GOALS, st.sampled_from([14.4, 6.0, 3.0, 1.0]))
    def test_alerts_differ_only_by_its_rounding(self, bad, good, goal, threshold):
        burnt = float(burn_rate(bad, bad + good, goal))
        if abs(burnt - threshold) > 0.05 + ROUNDED / budget(goal) + FLOAT:
            report = theirs((good, bad), goal, threshold)
            assert report["alert"] == (burnt > threshold)

    @settings(max_examples=500)
    @given(COUNTS, COUNTS.filter(bool), GOALS)
    def test_a_budget_is_overspent_in_both(self, bad, good, goal):
        report = theirs((good, bad), goal)
        if abs(report["gap"]) > ROUNDED + FLOAT:
            assert (report["gap"] < 0) == (bad > allowed(bad + good, goal))

    def test_the_example_of_its_documentation(self):
        report = theirs((9985, 15), 999_000)
        assert report["error_budget_consumed_ratio"] == pytest.approx(150)
        assert burn_rate(15, 10_000, 999_000) == Fraction(3, 2)
        assert remaining(15, 10_000, 999_000) == Fraction(-1, 2)
        assert report["error_budget_minutes"] == pytest.approx(0.06)
        assert report["error_minutes"] == pytest.approx(0.09)
        assert exhaustion(WINDOW, Fraction(3, 2)) == timedelta(minutes=40)


class TestBetter:
    """Where it is wrong, ours is not."""

    def test_a_burn_rate_next_to_its_threshold_is_not_rounded(self):
        """1.04 times what is allowed is more than is allowed."""
        assert not theirs((99_896, 104), 999_000, threshold=1.0)["alert"]
        assert burn_rate(104, 100_000, 999_000) > 1

    def test_few_bad_events_of_many_are_not_rounded_away(self):
        assert theirs((9_999_996, 4), 999_999)["error_budget_consumed_ratio"] == 0
        assert burn_rate(4, 10_000_000, 999_999) == Fraction(2, 5)

    def test_a_goal_of_a_hundred_percent_has_no_budget(self):
        """Theirs says that nothing of it is consumed; ours has no such objective."""
        assert theirs((1, 999), PPM)["error_budget_consumed_ratio"] == 0
        with pytest.raises(ZeroDivisionError):
            burn_rate(999, 1000, PPM)


class TestInvalid:
    """What is no data there, is none here."""

    def test_no_events(self):
        report = theirs((0, 0), 999_000)
        assert report["valid"] is False
        assert "Not enough valid events" in report["errors"][0]
        assert remaining(0, 0, 999_000) is burn_rate(0, 0, 999_000) is None

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (None, "returned None"),
            ((None, None), "type different than float or int"),
            (("1", "2"), "type different than float or int"),
            ((-1, -1), "NO_DATA"),
            ((5, -6), "Not enough valid events"),
            ((1, 2, 3), "3 items"),
            ([1, 2], "type list"),
            ("0.9", "type str"),
            (-1, "NO_DATA"),
            (2, "not between 0 and 1"),
            ((5, -2), "not between 0 and 1"),
        ],
    )
    def test_what_is_no_pair_of_counts(self, data, reason):
        """A slice cannot hold any of these: good and total are whole numbers, and a
        constraint of its table has 0 ≤ good ≤ total.
        """
        report = theirs(data, 999_000)
        assert report["valid"] is False
        assert reason in report["errors"][0]
