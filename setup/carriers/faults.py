"""How carriers fail, and when: planned by carrier and by operation."""

import threading
from collections import defaultdict, deque
from typing import NamedTuple

FAULTS = (
    "ok",
    "slow",  # does it, answers after some seconds
    "refuses",  # an HTTP error 4xx, in the carrier's own words
    "refuses_politely",  # HTTP 200, and in it the carrier's own word for no
    "breaks",  # 500, in the carrier's own words
    "unavailable",  # 503, in the words of the gateway before it
    "timeout_before",  # does nothing, does not answer
    "timeout_after",  # does it, does not answer
    "cut",  # does it, and the connection breaks in the middle of the answer
)
DOES_IT = frozenset({"ok", "slow", "timeout_after", "cut"})
"""Faults of carriers that have done what they were asked for."""

EVERY = "*"
"""Stands for all operations of a carrier."""
FOR_GOOD = 0
"""As often as it is asked, until another behaviour is planned."""


class Behaviour(NamedTuple):
    """What a carrier does when it is asked.

    :ivar fault: one of :data:`FAULTS`
    :ivar seconds: how long it is slow, or how long at most it lets a caller wait in
        vain; it notices when the caller has given up
    """

    fault: str = "ok"
    seconds: float | None = None


class Plan:
    """What carriers are going to do, the first thing first."""

    def __init__(self):
        self._lock = threading.Lock()
        self._next = defaultdict(deque)
        self._for_good = {}

    def add(self, carrier, operation, fault, times=1, seconds=None):
        """Plan a behaviour; :data:`FOR_GOOD` replaces what was planned before.

        :raise ValueError: nobody behaves like that
        """
        if fault not in FAULTS:
            raise ValueError(f"{fault!r} is none of {', '.join(FAULTS)}")
        where, behaviour = (carrier, operation), Behaviour(fault, seconds)
        with self._lock:
            if times == FOR_GOOD:
                self._next.pop(where, None)
                self._for_good[where] = behaviour
            else:
                self._next[where].extend([behaviour] * times)

    def take(self, carrier, operation):
        """Return what the carrier does now; what is planned for a time is used up."""
        places = (carrier, operation), (carrier, EVERY)
        with self._lock:
            for where in places:
                if self._next[where]:
                    return self._next[where].popleft()
            for where in places:
                if where in self._for_good:
                    return self._for_good[where]
        return Behaviour()

    def forget(self):
        """Let everything work again."""
        with self._lock:
            self._next.clear()
            self._for_good.clear()
