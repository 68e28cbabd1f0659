"""Faults of simulated systems, planned by system and operation."""

import threading
from collections import defaultdict, deque
from typing import NamedTuple

FAULTS = (
    "ok",
    "slow",  # carries the request out, answers after some seconds
    "refuses",  # HTTP 4xx, in the system's own format
    "refuses_politely",  # HTTP 200 with an error inside, if the system has that
    "breaks",  # HTTP 500, in the system's own format
    "unavailable",  # HTTP 503, of a gateway
    "timeout_before",  # does nothing, does not answer
    "timeout_after",  # carries the request out, does not answer
    "cut",  # carries the request out, and the connection breaks during the answer
)
DOES_IT = frozenset({"ok", "slow", "timeout_after", "cut"})
"""Faults with which the request is carried out."""

EVERY = "*"
"""Stands for all operations of a system."""
FOR_GOOD = 0
"""As number of times: until another behaviour is planned."""
SLOW = 0.2
"""Default delay of an answer with the fault ``slow``, in seconds."""


def one_of(value, possible):
    """Return a value if it is possible.

    :raise ValueError: the value is not possible; the message has the possible ones
    """
    if value not in possible:
        raise ValueError(f"{value!r} is none of {', '.join(possible)}")
    return value


class Behaviour(NamedTuple):
    """A system's reaction to a request.

    :ivar fault: one of :data:`FAULTS`
    :ivar seconds: delay of the answer where the fault is ``slow``
    """

    fault: str = "ok"
    seconds: float = SLOW


class Plan:
    """The planned behaviours, by system and operation, in order."""

    def __init__(self):
        self._lock = threading.Lock()
        self._next = defaultdict(deque)
        self._for_good = {}

    def add(self, system, operation, behaviour, times=1):
        """Plan a behaviour; :data:`FOR_GOOD` replaces what was planned before.

        :raise ValueError: there is no such fault, or a number is negative
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
        """Return the next behaviour of a system, and remove it if it is limited."""
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
        """Remove all plans, so that systems work again."""
        with self._lock:
            self._next.clear()
            self._for_good.clear()
