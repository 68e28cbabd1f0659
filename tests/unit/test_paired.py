"""Verdicts of benchmarks are right for simulated timings with known differences.

Timings have lognormal noise, a drift of the machine that both sides share, and
outliers. All seeds are fixed.
"""

import collections
import itertools
import math
import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setup import bench, intervals, paired, tables
from setup.intervals import CONTROL_DIFFERS, UNDECIDED, WITHIN, WORSE

OURS_AND_THEIRS = "ours", "theirs"
SEEDS = range(300)
NOISE = 0.03
"""Standard deviation of the logarithm of one timing; a loaded machine has less."""


def simulated(seed, pairs=100, slow_down=0.0, again=None):
    """Return `Runs` of 100 ms, in which our side is slower by a share.

    :param again: share by which the control is slower, by default the same
    """
    chance = random.Random(seed)
    runs = paired.Runs()
    slower = {
        "ours": slow_down,
        "again": slow_down if again is None else again,
        "theirs": 0,
    }
    for number in range(pairs):
        drift = 1 + 0.3 * math.sin(number / 7) + number / pairs
        for side, share in slower.items():
            taken = 0.1 * drift * (1 + share) * chance.lognormvariate(0, NOISE)
            if chance.random() < 0.05:
                taken *= chance.uniform(2, 10)
            getattr(runs, side).append(paired.Sample.from_cost(taken))
    return runs


def shares(limit, **how):
    """Return verdict → share of seeds with this verdict."""
    found = collections.Counter()
    for seed in SEEDS:
        runs = simulated(seed, **how)
        found[intervals.verdict(runs.ratios(), limit, runs.control())] += 1 / len(SEEDS)
    return found


class TestASlowDownOfFivePercent:
    @pytest.mark.parametrize("limit", [1.0, 1.01, 1.02])
    def test_is_found(self, limit):
        assert shares(limit, slow_down=0.05)[WORSE] > 0.98

    def test_is_never_within_the_limit(self):
        assert shares(1.02, slow_down=0.05)[WITHIN] == 0

    def test_is_found_where_there_is_only_one_side(self):
        chance = random.Random(1)
        taken = [0.1 * chance.lognormvariate(0, NOISE) for _run in range(200)]
        slower = [1.05 * seconds for seconds in taken]
        limit = 0.102
        for values, wanted in ((taken, WITHIN), (slower, WORSE)):
            runs = paired.split_in_halves(values)
            assert intervals.verdict(runs.values(), limit, runs.control()) == wanted


class TestTwoEqualSides:
    def test_are_called_worse_than_each_other_by_chance_only(self):
        assert shares(1.0)[WORSE] <= 0.035  # 2.5 %, and what 300 seeds leave open

    def test_are_never_worse_than_a_limit_above_them(self):
        assert shares(1.02)[WORSE] == 0

    def test_are_within_a_limit_above_them(self):
        assert shares(1.02)[WITHIN] > 0.85


class TestTheControl:
    def test_holds_where_both_sides_are_equal(self):
        differing = sum(intervals.differs(simulated(seed).control()) for seed in SEEDS)
        assert differing <= 2

    def test_that_differs_leaves_no_verdict(self):
        found = shares(1.02, slow_down=0.05, again=0.0)
        assert found[CONTROL_DIFFERS] > 0.98

    def test_holds_while_our_side_is_slowed_down(self):
        assert shares(1.02, slow_down=0.05)[CONTROL_DIFFERS] < 0.01


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("ratio", "wanted"), [(1.5, WORSE), (1.0, WITHIN), (1.02, WITHIN)]
    )
    def test_is_clear_where_there_is_no_noise(self, ratio, wanted):
        assert intervals.verdict([ratio] * 30, 1.02, [1.0] * 30) == wanted

    def test_is_open_with_too_few_pairs(self):
        assert intervals.verdict([1.5] * 29, 1.02, [1.0] * 29) == f"{UNDECIDED} (29)"

    def test_is_open_where_the_interval_contains_the_limit(self):
        ratios = [1.0, 1.04] * 30
        assert intervals.verdict(ratios, 1.02, [1.0] * 60) == f"{UNDECIDED} (60)"

    def test_of_a_goal_is_met_or_missed(self):
        texts = [
            tables.goal_text([seconds] * 30, 10e-6, "µs") for seconds in (9e-6, 11e-6)
        ]
        assert texts == ["10.0 µs: met", "10.0 µs: missed"]


class TestABusyMachine:
    @pytest.fixture(params=[0.01, 0.7])
    def crowding(self, request, monkeypatch):
        monkeypatch.setattr(tables, "crowding", lambda: request.param)
        return request.param

    def test_makes_no_verdict_worse_by_elapsed_time(self, crowding):
        cells = tables.verdict_cells([2] * 30, [1.0] * 30, 1, "s", elapsed=True)
        assert cells[-1] == (WORSE if crowding < 0.05 else tables.BUSY)

    def test_misses_no_goal_of_elapsed_time(self, crowding):
        text = tables.goal_text([2] * 30, 1, "s", elapsed=True)
        assert text.endswith("missed" if crowding < 0.05 else tables.BUSY)

    def test_does_not_matter_to_ratios_and_processor_time(self, crowding):
        cells = tables.verdict_cells([2] * 30, [1.0] * 30, 1, "ratio")
        assert cells[-1] == WORSE

    def test_is_recognized_by_waiting_for_a_processor(self):
        assert 0 <= paired.crowding() < 1


class TestTheInterval:
    @pytest.mark.parametrize(
        ("count", "rank"), [(6, 1), (10, 2), (15, 4), (20, 6), (30, 10), (50, 18)]
    )
    def test_equals_that_of_published_tables(self, count, rank):
        bounds = intervals.interval(range(1, count + 1))
        assert (bounds.low, bounds.high) == (rank, count + 1 - rank)

    def test_is_infinite_with_too_few_values(self):
        bounds = intervals.interval([1, 2, 3, 4, 5])
        assert (bounds.low, bounds.high) == (-math.inf, math.inf)

    @pytest.mark.parametrize("count", [30, 61])
    def test_contains_the_true_median_in_95_of_100_cases(self, count):
        chance = random.Random(7)
        held = 0
        for _case in range(2000):
            values = [chance.lognormvariate(0, 0.5) for _value in range(count)]
            low, _median, high = intervals.interval(values)
            held += low <= 1 <= high
        assert 0.94 <= held / 2000 <= 0.975

    @given(st.lists(st.floats(-1e9, 1e9), min_size=6, max_size=200), st.randoms())
    def test_does_not_depend_on_the_order_of_values(self, values, chance):
        found = intervals.interval(values)
        assert found.low <= found.median <= found.high
        chance.shuffle(values)
        assert intervals.interval(values) == found


class TestRuns:
    def test_have_an_order_that_depends_on_the_seed(self, monkeypatch):
        assert self.order_of_runs() == self.order_of_runs()
        first = self.order_of_runs()
        monkeypatch.setattr(paired, "SEED", paired.SEED + 1)
        assert self.order_of_runs() != first

    def test_are_as_many_of_each_side_in_each_round(self):
        order = self.order_of_runs()
        for start in range(0, len(order), 3):
            assert sorted(order[start : start + 3]) == ["ours", "ours", "theirs"]

    def test_are_slower_by_the_given_percentage(self, monkeypatch):
        monkeypatch.setattr(paired, "SLOW_DOWN", 0.05)
        ticks = itertools.count()
        runs = paired.run({"": paired.Sides(*self.working_for(1000, ticks))})[""]
        assert all(1.05 <= ratio < 1.052 for ratio in runs.ratios())
        assert set(runs.control()) == {1.0}

    def order_of_runs(self):
        order = []
        ours, theirs = (
            paired.timed_side(partial(order.append, name)) for name in OURS_AND_THEIRS
        )
        paired.run({"": paired.Sides(ours, theirs)})
        return order

    def working_for(self, count, ticks):
        """Return two sides that take so many ticks of a clock."""

        def side(sample):
            with sample.timed(lambda: next(ticks)):
                for _tick in range(count - 1):
                    next(ticks)

        return side, side


class TestThePrintedTable:
    def test_contains_each_verdict(self, capsys):
        rows = []
        for name, ratio in (("slow", 1.5), ("fast", 1.0)):
            cells = tables.verdict_cells([ratio] * 30, [1.0] * 30, 1.02, "ratio")
            rows.append([name, *cells])
        tables.print_rows([""], rows)
        printed = capsys.readouterr().out
        assert tables.verdicts(printed) == {"slow": WORSE, "fast": WITHIN}

    def test_makes_make_fail_only_where_a_verdict_is_worse(self):
        within = {"business": {"a call": WITHIN, "a page": f"{UNDECIDED} (40)"}}
        assert bench._summary(within) == 0
        assert bench._summary({**within, "polling": {"a poll": WORSE}}) == 1
