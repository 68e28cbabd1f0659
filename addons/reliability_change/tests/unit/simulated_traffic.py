"""Traffic of operations as it is in a company, by five minutes: with days and nights,
bursts of errors, and neighbouring minutes that resemble each other."""

from math import exp, log
from random import Random

from reliability_change.comparison import Calls

STEP = 300
DAY = 86400 // STEP
_BUCKETS_PER_E = 32 / log(2)


class Operation:
    """What calls of one operation do by themselves.

    :ivar per_hour: calls in the busiest hours
    :ivar errors, refusals: usual shares
    :ivar lines: of an order, on average; each takes `queries` statements
    """

    def __init__(self, random: Random, per_hour: float):
        self.random, self.per_hour = random, per_hour
        self.errors = random.choice([0.0, 0.001, 0.003, 0.01])
        self.refusals = random.choice([0.0, 0.02, 0.05, 0.1])
        self.lines, self.queries = random.choice([1, 3, 8]), random.randint(3, 12)
        self.seconds, self.spread = random.uniform(0.05, 2), random.uniform(0.3, 0.6)
        self.days_between_bursts = random.choice([2, 5, 10, 30])
        self._walks = dict.fromkeys(("calls", "refusals", "seconds", "lines"), 0.0)
        self._burst = 0.0

    def step(self, number: int, load: float, host: float, change: dict) -> Calls:
        """Return the calls of five minutes.

        :param load: of the time of the day, from 0 to 1
        :param host: how much slower the host is, as a logarithm
        :param change: what a deployment has changed: added ``errors`` and ``queries``
            of a line, and ``seconds``, a factor
        """
        random = self.random
        for name, (memory, size) in _WALKS.items():
            walk = self._walks[name] * memory
            self._walks[name] = walk + random.gauss(0, size)
        expected = self.per_hour * STEP / 3600 * load * exp(self._walks["calls"])
        calls = _poisson(random, expected)
        failed = _binomial(random, calls, self._error_share(change))
        refusals = self.refusals * exp(self._walks["refusals"])
        refused = _binomial(random, calls - failed, min(0.9, refusals))
        good = calls - failed - refused
        if not good:
            return Calls(number * STEP, calls, failed, refused, 0, 0, 0)
        # Orders have one line at least, and a long tail of them.
        more = (self.lines - 1) * exp(self._walks["lines"])
        lines = good + (random.gammavariate(good * 0.8, more / 0.8) if more > 0 else 0)
        queries = 10 * good + lines * (self.queries + change.get("queries", 0))
        mean = log(self.seconds * change.get("seconds", 1)) + self._walks["seconds"]
        mean += host + 0.1 * load + 0.2 * log(lines / good / self.lines)
        duration = random.gauss(mean * good, self.spread * good**0.5)
        buckets = round(duration * _BUCKETS_PER_E + good / 2)
        return Calls(
            number * STEP, calls, failed, refused, good, round(queries), buckets
        )

    def _error_share(self, change):
        random = self.random
        if random.random() < STEP / 86400 / self.days_between_bursts:
            self._burst = random.uniform(0.1, 0.6)
        elif self._burst and random.random() < 0.3:  # lasts a quarter of an hour
            self._burst = 0.0
        added = self._burst + change.get("errors", 0)
        return min(1.0, self.errors + added)


_WALKS = {
    "calls": (0.9, 0.15),
    "refusals": (0.95, 0.15),
    "seconds": (0.9, 0.025),
    "lines": (0.9, 0.03),
}
"""Of a step: how much of the last one remains, and how much is new."""


class Company:
    """Several operations on one host."""

    def __init__(self, seed: int, rates=(20, 20, 40, 40, 60, 60, 60, 100, 200, 200)):
        self.random = Random(seed)
        self.operations = [Operation(self.random, rate) for rate in rates]
        self._host = 0.0

    def run(self, first: int, steps: int, changes=None) -> list[list[Calls]]:
        """Return the calls of each operation, from a step on.

        :param changes: operation → its change, as of `Operation.step`
        """
        found = [[] for _operation in self.operations]
        for number in range(first, first + steps):
            self._host = 0.95 * self._host + self.random.gauss(0, 0.012)
            load = day_curve(number)
            for index, operation in enumerate(self.operations):
                change = (changes or {}).get(index, {})
                found[index].append(operation.step(number, load, self._host, change))
        return found


def day_curve(number: int) -> float:
    """Return the load of a step, from 0 to 1: from 7 to 19 o'clock, on weekdays."""
    day, step = divmod(number, DAY)
    hour = 24 * step / DAY
    if day % 7 >= 5:
        return 0.1 if 7 <= hour < 19 else 0.03
    if not 7 <= hour < 19:
        return 0.05
    return 1 - 0.5 * abs(hour - 12) / 7


def _poisson(random, mean):
    if mean > 50:
        return max(0, round(random.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count


def _binomial(random, count, share):
    return sum(random.random() < share for _n in range(count)) if share else 0
