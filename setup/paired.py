"""Run the sides of a benchmark in turn, with a control of two equal sides.

Each round runs our side, our side again (the control) and the other side if there is
one, in random order. Pairs of the same round are compared, so that load and drift of
the machine affect both values of a pair.

``BENCH_SEED`` repeats an order. ``BENCH_SLOW_DOWN`` slows our side down by so many
percent, to check that a benchmark notices.
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
    """Return the share of runnable time that this process waited for a processor."""
    ran, waited, _times = map(int, Path("/proc/self/schedstat").read_text().split())
    return waited / (ran + waited)


class Sample:
    """The measurements of one run of a side.

    :ivar seconds: elapsed time of the timed blocks
    :ivar cost: by the clock that is compared, such as seconds of processor time
    :ivar result: what the side returned
    """

    def __init__(self, slow_down=0.0):
        self._slow_down = slow_down
        self.seconds = self.cost = 0.0
        self.result = None

    @classmethod
    def from_cost(cls, cost):
        """Return a sample with a given cost."""
        sample = cls()
        sample.seconds = sample.cost = cost
        return sample

    @contextlib.contextmanager
    def timed(self, clock=time.perf_counter, calls=1):
        """Time the block, and add its time to the sample.

        :param clock: of the cost; it must advance while this thread computes
        :param calls: number of calls in the block, by which its time is divided
        """
        started, begin = time.perf_counter(), clock()
        yield
        end = clock()
        if self._slow_down:
            until = end + self._slow_down * (end - begin)
            while end < until:
                end = clock()
        self.seconds += (time.perf_counter() - started) / calls
        self.cost += (end - begin) / calls


class Runs:
    """The samples of one comparison; those of the same round have the same index.

    Methods take a ``measure``: the attribute of samples to read, ``cost`` or
    ``seconds``.
    """

    def __init__(self, ours=(), again=(), theirs=()):
        self.ours, self.again, self.theirs = map(list, (ours, again, theirs))

    def values(self, measure="cost"):
        """Return the values of all runs of our side."""
        return _values([*self.ours, *self.again], measure)

    def ratios(self, measure="cost"):
        """Return the ratios of our side to the other."""
        return [one / other for one, other in self._pairs(self.theirs, measure)]

    def differences(self, measure="cost"):
        """Return by how much our side is above the other."""
        return [one - other for one, other in self._pairs(self.theirs, measure)]

    def control(self, measure="cost"):
        """Return the ratios of our side to itself."""
        return [one / other for one, other in self._pairs(self.again, measure)]

    def medians(self, measure="cost"):
        """Return the medians of our side and of the other, if there is one."""
        sides = [side for side in (self.ours, self.theirs) if side]
        return [statistics.median(_values(side, measure)) for side in sides]

    def with_cost(self, cost):
        """Return the same runs with another cost, a function of the sides' results."""
        return Runs(
            *(
                [Sample.from_cost(cost(sample.result)) for sample in side]
                for side in (self.ours, self.again, self.theirs)
            )
        )

    def _pairs(self, others, measure):
        ours = _values(self.ours, measure)
        return zip(ours, _values(others, measure), strict=True)


def _values(samples, measure):
    return [getattr(sample, measure) for sample in samples]


class Sides(NamedTuple):
    """The compared functions; each takes a `Sample`, with which it times its work."""

    ours: object
    theirs: object = None


def run(comparisons, rounds=FEWEST):
    """Run all sides in turn.

    :param comparisons: name → `Sides`
    :param rounds: number of rounds; half of `FEWEST` is enough for a single side, which
        runs twice in each
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
    turns = [
        (sides.ours, runs.ours, SLOW_DOWN),
        (sides.ours, runs.again, SLOW_DOWN),
        (sides.theirs, runs.theirs, 0.0),
    ]
    if not sides.theirs:
        turns.pop()
    for side, samples, slow_down in chance.sample(turns, len(turns)):
        sample = Sample(slow_down)
        sample.result = side(sample)
        samples.append(sample)


def timed_side(action, clock=time.perf_counter):
    """Return a side that does nothing but time an action."""

    def side(sample):
        with sample.timed(clock):
            return action()

    return side


def split_in_halves(values):
    """Return `Runs` of a single side, its values split at random with its control."""
    runs = Runs()
    chance = random.Random(SEED)
    for pair in zip(values[::2], values[1::2], strict=False):
        for side, value in zip(
            (runs.ours, runs.again), chance.sample(pair, 2), strict=True
        ):
            side.append(Sample.from_cost(value))
    return runs
