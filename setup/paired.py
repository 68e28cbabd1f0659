"""Run the sides of a benchmark in turn, with a control of two equal sides.

Each round runs our side, our side once more (the control) and, where there is one, the
other side, in an order that chance decides. What is compared are pairs of the same
round, so that load and drift of the machine are in both halves of a pair.

``BENCH_SEED`` chooses the order again, ``BENCH_SLOW_DOWN`` makes our side so many
percent slower: a benchmark that can tell reports it.
"""

import contextlib
import os
import random
import statistics
import time
from pathlib import Path
from typing import NamedTuple

from .intervals import FEWEST

SEED = int(os.environ.get("BENCH_SEED") or random.randrange(10**6))
SLOW_DOWN = float(os.environ.get("BENCH_SLOW_DOWN") or 0) / 100


def crowding():
    """Return for which share of the time this process waited for a processor.

    Since it began, of the time in which it wanted to compute.
    """
    ran, waited, _times = map(int, Path("/proc/self/schedstat").read_text().split())
    return waited / (ran + waited)


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
        return _aggregate([*self.ours, *self.again], of)

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
        return [statistics.median(_aggregate(side, of)) for side in sides]

    def of_results(self, figure):
        """Return the same runs with a figure of what sides returned as their cost."""
        return Runs(
            *(
                [Sample.of(figure(sample.result)) for sample in side]
                for side in (self.ours, self.again, self.theirs)
            )
        )

    def _pairs(self, others, of):
        return zip(_aggregate(self.ours, of), _aggregate(others, of), strict=True)


def _aggregate(samples, of):
    return [getattr(sample, of) for sample in samples]


class Sides(NamedTuple):
    """What is compared: functions of a `Sample`, which time what they do with it."""

    ours: object
    theirs: object = None


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
        (sides.ours, runs.again, SLOW_DOWN),
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
