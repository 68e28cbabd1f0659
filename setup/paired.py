"""Compare two sides of a benchmark by interleaved runs, and say what the runs prove.

Each round runs our side, our side once more (the control) and, where there is one, the
other side, in an order that chance decides. What is compared are pairs of the same
round, so that load and drift of the machine are in both halves of a pair.

A median is given with its distribution-free interval between two order statistics
(Conover, *Practical Nonparametric Statistics*, on quantiles), which assumes nothing of
the noise but that pairs are independent.

``BENCH_SEED`` chooses the order again, ``BENCH_SLOW_DOWN`` makes our side so many
percent slower: a benchmark that can tell reports it.
"""

import bisect
import contextlib
import itertools
import math
import os
import random
import statistics
import time
from typing import NamedTuple

FEWEST = 30
"""Pairs, or values of one side, below which there is no verdict."""
CONFIDENCE = 0.95
CONTROL_CONFIDENCE = 0.999
"""Of the control's interval: one of twenty controls would fail by chance at 95 %."""

WORSE = "worse"
WITHIN = "within the limit"
CANNOT_TELL = "cannot tell"
CONTROL_DIFFERS = "the control differs: not to be relied on"

SEED = int(os.environ.get("BENCH_SEED") or random.randrange(10**6))
SLOW_DOWN = float(os.environ.get("BENCH_SLOW_DOWN") or 0) / 100

HEADS = ("goal", "pairs", "control (99.9 %)", "limit", "verdict")
_UNITS = {"ratio": 1, "s": 1, "ms": 1e3, "µs": 1e6, "queries": 1}


class Interval(NamedTuple):
    """A median and the bounds that hold the true one; infinite with too few values."""

    low: float
    median: float
    high: float


def interval(values, confidence=CONFIDENCE):
    """Return the median of values with its distribution-free interval.

    The bounds are the rth smallest and the rth largest value, r being the largest
    number for which the binomial distribution grants the confidence.
    """
    ordered, count = sorted(values), len(values)
    ways = itertools.accumulate(math.comb(count, below) for below in range(count))
    tail = [way / 2**count for way in ways]
    rank = bisect.bisect_right(tail, (1 - confidence) / 2)
    low, high = (ordered[rank - 1], ordered[-rank]) if rank else (-math.inf, math.inf)
    return Interval(low, statistics.median(ordered), high)


def position(values, bound):
    """Return whether all of the interval is above a bound, or none of it, or neither.

    :return: ``True``, ``False``, or ``None`` with fewer than `FEWEST` values, too
    """
    low, _median, high = interval(values)
    if len(values) < FEWEST or low <= bound < high:
        return None
    return low > bound


def verdict(values, limit, control):
    """Judge values against a limit.

    :param values: what a pair, or a run of the only side, gave
    :param control: ratios of two equal sides
    """
    if differs(control):
        return CONTROL_DIFFERS
    words = {True: WORSE, False: WITHIN}
    return words.get(position(values, limit)) or f"{CANNOT_TELL} ({len(values)})"


def differs(control):
    """Whether two equal sides differ by more than chance explains."""
    low, _median, high = interval(control, CONTROL_CONFIDENCE)
    return not low <= 1 <= high


class Sample:
    """What one run of a side took.

    :ivar seconds: that passed in the blocks which were timed
    :ivar cost: of the clock that is judged, such as seconds of processor time
    :ivar result: what the side returned
    """

    def __init__(self, slow_down=0.0):
        self._slow_down = slow_down
        self.seconds = self.cost = 0.0
        self.result = None

    @classmethod
    def of(cls, cost):
        """Return a sample of what was found without a clock."""
        sample = cls()
        sample.seconds = sample.cost = cost
        return sample

    @contextlib.contextmanager
    def timed(self, clock=time.perf_counter, calls=1):
        """Time the block, and add that to what is there.

        :param clock: that is judged; it must advance while this thread computes
        :param calls: in the block; what it took is divided by them
        """
        started, begun = time.perf_counter(), clock()
        yield
        ended = clock()
        if self._slow_down:
            until = ended + self._slow_down * (ended - begun)
            while ended < until:
                ended = clock()
        self.seconds += (time.perf_counter() - started) / calls
        self.cost += (ended - begun) / calls


class Runs:
    """The samples of one comparison, those of the same round at the same place."""

    def __init__(self, ours=(), again=(), theirs=()):
        self.ours, self.again, self.theirs = map(list, (ours, again, theirs))

    def values(self, of="cost"):
        """Return what our side took, each time that it ran, in the order of rounds."""
        return _figures([*self.ours, *self.again], of)

    def ratios(self, of="cost"):
        return [one / other for one, other in self._pairs(self.theirs, of)]

    def differences(self, of="cost"):
        return [one - other for one, other in self._pairs(self.theirs, of)]

    def control(self, of="cost"):
        """Return the ratios of our side to our side."""
        return [one / other for one, other in self._pairs(self.again, of)]

    def medians(self, of="cost"):
        """Return the medians of our side and of the other, if there is one."""
        sides = [side for side in (self.ours, self.theirs) if side]
        return [statistics.median(_figures(side, of)) for side in sides]

    def of_results(self, figure):
        """Return the same runs with a figure of what sides returned as their cost."""
        return Runs(
            *(
                [Sample.of(figure(sample.result)) for sample in side]
                for side in (self.ours, self.again, self.theirs)
            )
        )

    def _pairs(self, others, of):
        return zip(_figures(self.ours, of), _figures(others, of), strict=True)


def _figures(samples, of):
    return [getattr(sample, of) for sample in samples]


class Sides(NamedTuple):
    """What is compared: functions of a `Sample`, which time what they do with it.

    :ivar again: our side made once more, where calling it again is not enough
    """

    ours: object
    theirs: object = None
    again: object = None


def run(comparisons, rounds=FEWEST):
    """Run all sides in turn.

    :param comparisons: name → `Sides`
    :param rounds: how often; where there is one side, half of `FEWEST` are enough,
        since it runs twice in each
    :return: name → `Runs`
    """
    chance = random.Random(SEED)
    found = {name: Runs() for name in comparisons}
    for name, sides in comparisons.items():
        _run_round(sides, Runs(), chance)  # fills caches
        assert rounds * (1 if sides.theirs else 2) >= FEWEST, name
    for _round in range(rounds):
        for name, sides in comparisons.items():
            _run_round(sides, found[name], chance)
    return found


def _run_round(sides, runs, chance):
    places = [
        (sides.ours, runs.ours, SLOW_DOWN),
        (sides.again or sides.ours, runs.again, SLOW_DOWN),
        (sides.theirs, runs.theirs, 0.0),
    ]
    if not sides.theirs:
        places.pop()
    for side, samples, slow_down in chance.sample(places, len(places)):
        sample = Sample(slow_down)
        sample.result = side(sample)
        samples.append(sample)


def whole(action, clock=time.perf_counter):
    """Return a side that does nothing but an action, all of which is timed."""

    def side(sample):
        with sample.timed(clock):
            return action()

    return side


def halves(values):
    """Return `Runs` of one side whose repetitions others have made in turn."""
    runs = Runs()
    chance = random.Random(SEED)
    for pair in zip(values[::2], values[1::2], strict=False):
        for side, value in zip(
            (runs.ours, runs.again), chance.sample(pair, 2), strict=True
        ):
            side.append(Sample.of(value))
    return runs


def row(name, runs, by, unit, limit, goal=None, of="cost"):
    """Return the cells of a comparison, the last of them below `HEADS`.

    :param by: what is judged: `Runs.ratios`, `Runs.differences` or `Runs.values`
    :param unit: of the medians of both sides, and of differences
    """
    values = by(runs, of)
    medians = runs.medians(of) if runs.theirs else []
    unit_of_values = "ratio" if by is Runs.ratios else unit
    return [
        name,
        *(amount(median, unit) for median in medians),
        shown(values, unit_of_values),
        aimed(values, goal, unit_of_values),
        *judged(values, runs.control(of), limit, unit_of_values),
    ]


def judged(values, control, limit, unit):
    """Return the cells below `HEADS`, without the goal."""
    shown_control = shown(control, "ratio", CONTROL_CONFIDENCE)
    judgement = verdict(values, limit, control)
    return [len(values), shown_control, amount(limit, unit), judgement]


def aimed(values, goal, unit):
    """Return a goal as text, and whether the interval says that it is met."""
    if goal is None:
        return ""
    words = {True: "missed", False: "met", None: CANNOT_TELL}
    return f"{amount(goal, unit)}: {words[position(values, goal)]}"


def shown(values, unit, confidence=CONFIDENCE):
    """Return a median and its interval as text."""
    low, median, high = (_number(bound, unit) for bound in interval(values, confidence))
    return f"{median}{_name(unit)} ({low} to {high})"


def amount(value, unit):
    """Return one figure as text."""
    return _number(value, unit) + _name(unit)


def print_table(heads, rows):
    """Print Markdown; figures are in the unit of each cell."""
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for cells in rows:
        print(f"| {' | '.join(map(str, cells))} |")


def verdicts(table):
    """Return the verdicts that a printed table ends its rows with: what → verdict."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    words = (WORSE, WITHIN, CANNOT_TELL, CONTROL_DIFFERS)
    return {cells[0]: cells[-1] for cells in rows if cells[-1].startswith(words)}


def _number(value, unit):
    scaled = value * _UNITS[unit]
    if unit == "ratio":
        return f"{scaled:.3f}"
    size = abs(scaled)
    return f"{scaled:.{0 if size >= 100 else 1 if size >= 10 else 2}f}"


def _name(unit):
    return "" if unit == "ratio" else f" {unit}"
