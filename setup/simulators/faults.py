"""How simulated systems fail, and when: planned by system and by operation."""

import threading
from collections import defaultdict, deque
from typing import NamedTuple

FAULTS = (
    "ok",
    "slow",  # does it, answers after some seconds
    "refuses",  # an HTTP error 4xx, in the system's own words
    "refuses_politely",  # HTTP 200 with an error inside, where the system does so
    "breaks",  # 500, in the system's own words
    "unavailable",  # 503, in the words of the gateway before it
    "timeout_before",  # does nothing, does not answer
    "timeout_after",  # does it, does not answer
    "cut",  # does it, and the connection breaks in the middle of the answer
)
DOES_IT = frozenset({"ok", "slow", "timeout_after", "cut"})
"""Faults of systems that have done what they were asked for."""

EVERY = "*"
"""Stands for all operations of a system."""
FOR_GOOD = 0
"""Number of times that a behaviour applies until another one is planned."""
SLOW = 0.2
"""Seconds that an answer takes where the fault is ``slow`` and nothing else is said."""


def one_of(value, possible):
    """Return a value that is possible.

    :raise ValueError: it is not; the message says what is
    """
    if value not in possible:
        raise ValueError(f"{value!r} is none of {', '.join(possible)}")
    return value


class Behaviour(NamedTuple):
    """What a system does when it is asked.

    :ivar fault: one of :data:`FAULTS`
    :ivar seconds: delay of the answer where the fault is ``slow``
    """

    fault: str = "ok"
    seconds: float = SLOW


class Plan:
    """What systems are going to do, by system and operation, the first thing first."""

    def __init__(self):
        self._lock = threading.Lock()
        self._next = defaultdict(deque)
        self._for_good = {}

    def add(self, system, operation, behaviour, times=1):
        """Plan a behaviour; :data:`FOR_GOOD` replaces what was planned before.

        :raise ValueError: there is no such fault, or it cannot happen so many times
        """
        one_of(behaviour.fault, FAULTS)
        if times < 0 or behaviour.seconds < 0:
            raise ValueError("times and seconds are 0 or more")
        key = system, operation
        with self._lock:
            if times == FOR_GOOD:
                self._next.pop(key, None)
                self._for_good[key] = behaviour
            else:
                self._next[key].extend([behaviour] * times)

    def take(self, system, operation):
        """Return what a system does now; what is planned for a time is used up."""
        keys = (system, operation), (system, EVERY)
        with self._lock:
            for key in keys:
                if self._next[key]:
                    return self._next[key].popleft()
            for key in keys:
                if key in self._for_good:
                    return self._for_good[key]
        return Behaviour()

    def forget(self):
        """Let everything work again."""
        with self._lock:
            self._next.clear()
            self._for_good.clear()
