"""What scaling.yaml does with the demo's queue, and with a hundred times as much: it
drains in time, does not flap, does not run away, and does not take lost metrics for
zero load.

The queue, the workers and the autoscaler are simulated; that the rules of Prometheus
record what the simulation computes is tested in tests/servers/deploy.
"""

import random
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

from autoscaler import SYNC, Autoscaler

from setup import scenario_of_jobs as demo

WORKERS = 4
"""Of a pod."""
START = 60
"""Seconds until a new pod is ready."""
DELAY = 45
"""Seconds until the autoscaler reads a number: scrape, rule, poll."""
BUSY_WINDOW, DURATION_WINDOW = 120, 1800
CLEARED_IN = 300
"""The target of odoo:job_workers_needed:count."""
STEP, MINUTE, HOUR = 5, 60, 3600
QUICK, SLOW = 5, 60
"""Seconds of a job of the demo: the shop answers, or does not."""


@dataclass
class Queue:
    """Jobs, the pods that run them, and what is measured of both.

    :ivar arrivals: time → durations of the jobs that are created then
    :ivar lost: from when until when Prometheus has nothing
    :ivar history: pods at each decision
    """

    arrivals: dict
    lost: tuple = (0, 0)
    history: list = field(default_factory=list)
    now: int = 0
    waiting: deque = field(default_factory=deque)
    running: list = field(default_factory=list)
    ended: list = field(default_factory=list)
    busy: deque = field(default_factory=deque)
    measured: deque = field(default_factory=deque)
    started: list = field(default_factory=lambda: [-START])

    def run(self, until):
        """Let time pass; return this."""
        scaler = Autoscaler("odoo-job")
        while self.now < until:
            self._work()
            self._measure()
            if self.now % SYNC == 0:
                pods = scaler.decide(self.now, len(self.started), self._read())
                self._resize(pods)
                self.history.append(pods)
            self.now += STEP
        return self

    def cleared(self):
        """Return when the last job ended; all have."""
        assert not self.waiting and not self.running
        return max(at for at, _seconds in self.ended)

    def _work(self):
        for end, seconds in [one for one in self.running if one[0] <= self.now]:
            self.running.remove((end, seconds))
            self.ended.append((end, seconds))
        self.waiting.extend(self.arrivals.get(self.now, ()))
        ready = sum(self.now - since >= START for since in self.started)
        while self.waiting and len(self.running) < ready * WORKERS:
            seconds = self.waiting.popleft()
            self.running.append((self.now + seconds, seconds))

    def _measure(self):
        """As the rules of odoo-capacity.yml."""
        self.busy.append(len(self.running))
        if len(self.busy) > BUSY_WINDOW // STEP:
            self.busy.popleft()
        recent = [
            seconds for at, seconds in self.ended if at > self.now - DURATION_WINDOW
        ]
        mean = sum(recent) / len(recent) if recent else 10
        count = len(self.waiting)
        needed = min(count, count * mean / CLEARED_IN)
        begin, end = self.lost
        is_lost = begin <= self.now < end
        values = [needed, sum(self.busy) / len(self.busy)]
        self.measured.append([None, None] if is_lost else values)

    def _read(self):
        """Return what the autoscaler reads now: it is old."""
        age = DELAY // STEP
        return self.measured[-1 - age] if len(self.measured) > age else [0, 0]

    def _resize(self, pods):
        while len(self.started) > pods:
            self.started.pop()  # its jobs end first: terminationGracePeriodSeconds
        while len(self.started) < pods:
            self.started.append(self.now)


def at_once(count, seconds, begin=0):
    return {begin: [seconds] * count}


def by_chance(an_hour, seconds, hours, seed=1):
    """Return arrivals at random times."""
    chance = random.Random(seed)
    arrivals = {}
    for _job in range(int(an_hour * hours)):
        at = chance.randrange(0, int(hours * HOUR), STEP)
        arrivals.setdefault(at, []).append(seconds)
    return arrivals


def turns(history):
    """Return how often the number of pods has changed its direction."""
    changes = [after - before for before, after in pairwise(history) if after != before]
    return sum((one > 0) != (two > 0) for one, two in pairwise(changes))


class TestDrainsInTime:
    def test_the_demo_needs_no_second_pod(self):
        arrivals = at_once(demo.USUAL, QUICK)
        for number in range(1, demo.LATER):
            arrivals[number * demo.SECONDS_BETWEEN] = [QUICK]
        queue = Queue(arrivals).run(2 * HOUR)
        assert queue.cleared() < demo.LATER * demo.SECONDS_BETWEEN + MINUTE
        assert max(queue.history) == 1

    def test_a_hundred_times_the_demo_is_cleared_in_ten_minutes(self):
        queue = Queue(at_once(100 * demo.USUAL, QUICK)).run(HOUR)
        assert queue.cleared() < 10 * MINUTE

    def test_more_than_one_pod_can_do_is_done_as_it_comes(self):
        # 6 workers are needed on average, a pod has 4.
        queue = Queue(by_chance(an_hour=360, seconds=SLOW, hours=4)).run(5 * HOUR)
        assert queue.cleared() < 4 * HOUR + 10 * MINUTE


class TestDoesNotFlap:
    def test_a_burst_is_one_rise_and_one_fall(self):
        queue = Queue(at_once(100 * demo.USUAL, QUICK)).run(3 * HOUR)
        assert turns(queue.history) == 1
        assert queue.history[-1] == 1

    def test_a_load_at_the_limit_of_a_pod_changes_little(self):
        for seed in range(5):
            load = by_chance(an_hour=240, seconds=SLOW, hours=8, seed=seed)
            queue = Queue(load).run(8 * HOUR)
            assert turns(queue.history) <= 8  # once an hour

    def test_bursts_every_ten_minutes_find_their_pods(self):
        arrivals = {}
        for begin in range(0, 2 * HOUR, 10 * MINUTE):
            arrivals |= at_once(300, QUICK, begin)
        queue = Queue(arrivals).run(2 * HOUR)
        later = queue.history[20 * MINUTE // SYNC :]
        assert turns(later) <= 2


class TestDoesNotRunAway:
    def test_one_job_of_an_hour_needs_one_pod(self):
        queue = Queue({0: [HOUR], 10 * MINUTE: [HOUR]}).run(2 * HOUR)
        assert max(queue.history) == 1

    def test_a_shop_that_does_not_answer_asks_for_all_pods_and_no_more(
        self,
    ):
        queue = Queue(by_chance(an_hour=3000, seconds=SLOW, hours=1)).run(6 * HOUR)
        assert max(queue.history) == Autoscaler("odoo-job").maximum
        queue.cleared()
        assert queue.history[-1] == 1

    def test_at_most_two_pods_a_minute_are_added(self):
        queue = Queue(at_once(10_000, SLOW)).run(HOUR)
        minute = MINUTE // SYNC
        rises = zip(queue.history, queue.history[minute:], strict=False)
        assert max(after - before for before, after in rises) <= 2


class TestLostMetricsAreNotZeroLoad:
    def test_no_pod_is_taken_away_from_a_full_queue(self):
        lost = 10 * MINUTE, 40 * MINUTE
        queue = Queue(at_once(10_000, QUICK), lost=lost).run(40 * MINUTE)
        assert min(queue.history[10 * MINUTE // SYNC :]) == max(queue.history) == 6

    def test_without_numbers_there_are_the_pods_of_the_fallback(self):
        lost = 5 * MINUTE, HOUR
        queue = Queue(at_once(10_000, SLOW, begin=6 * MINUTE), lost=lost).run(HOUR)
        assert queue.history[-1] == 3

    def test_they_are_taken_away_once_the_numbers_are_back(self):
        queue = Queue({}, lost=(5 * MINUTE, HOUR)).run(2 * HOUR)
        assert max(queue.history) == 3
        assert queue.history[-1] == 1


class TestWeb:
    """Busy workers of all pods: 2.8 of the four of a pod."""

    @staticmethod
    def pods(load, hours=2):
        scaler = Autoscaler("odoo-web")
        history = [scaler.minimum]
        for now in range(0, hours * HOUR, SYNC):
            pods = history[-1]
            history.append(scaler.decide(now, pods, [min(load(now), pods * WORKERS)]))
        return history

    def test_a_load_that_does_not_change_has_its_pods(self):
        history = self.pods(lambda _now: 13)
        assert history[-1] == 5
        assert turns(history) == 0

    def test_a_load_that_varies_by_chance_changes_little(self):
        chance = random.Random(1)
        history = self.pods(lambda _now: chance.uniform(7, 11), hours=8)
        assert turns(history) <= 2

    def test_a_rush_is_no_more_than_its_limit(self):
        history = self.pods(lambda now: 500 if now < HOUR else 0)
        assert max(history) == Autoscaler("odoo-web").maximum
        assert history[-1] == Autoscaler("odoo-web").minimum
