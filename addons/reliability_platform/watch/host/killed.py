"""Processes that the kernel killed because memory ran out (OOM)."""

import math
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..problem import Check, Problem
from .cgroup import PROC, Cgroup, read_counts
from .part import HostPart

_WINDOW = 900.0
"""Seconds for which a kill is a problem."""
_SECONDS_TO_COUNT = 60.0
"""A killed call is counted once another worker has its slot, seconds after the kill."""


class Kills(NamedTuple):
    """What a check found.

    :ivar moment: when, in seconds of the monotonic clock
    :ivar kills: number of processes killed since the check before
    :ivar calls: number of calls that ended as killed since then
    """

    moment: float
    kills: int
    calls: int


class KilledForMemory(HostPart):
    """Checks whether processes were killed in the last quarter of an hour.

    :param killed_calls: returns the number of calls of this host that ever ended as
        ``killed``, for whatever reason
    """

    def __init__(
        self, killed_calls: Callable[[], int] | None = None, proc: Path = PROC
    ):
        self._killed_calls = killed_calls
        self._proc = proc
        self._totals: tuple[int, int] | None = None
        self._found: deque[Kills] = deque()

    def check(self, cgroup, thresholds):
        in_container = bool(cgroup and cgroup.is_container)
        total = read_kills(self._proc, cgroup if in_container else None)
        check = Check(facts={"memory_kills": total})
        if total is None:
            return check
        calls = self._killed_calls() if self._killed_calls else 0
        kills_before, calls_before = self._totals or (total, calls)
        self._totals = total, calls
        now = time.monotonic()
        # A new container counts from 0.
        kills = total - kills_before if total >= kills_before else total
        self._found.append(Kills(now, kills, max(0, calls - calls_before)))
        while now - self._found[0].moment > _WINDOW:
            self._found.popleft()
        threshold = thresholds["memory_kills"]
        check.problems = find_kills(self._found, in_container, threshold)
        return check


def read_kills(proc: Path, cgroup: Cgroup | None) -> int | None:
    """Return how many processes were killed since boot; ``None`` if unknown.

    Those of other containers do not count, so the host is read only without one.

    :param cgroup: of a container
    """
    counts = read_counts(proc / "vmstat")
    if cgroup:
        counts = cgroup.counts("memory.events") or counts
    return counts.get("oom_kill")


def find_kills(found, in_container, threshold) -> list[Problem]:
    """Return the problem that processes were killed.

    :param threshold: number of processes from which it is a problem
    :param found: all :class:`Kills` of the last quarter of an hour, the last one last
    """
    kills = sum(check.kills for check in found)
    if not kills or kills < threshold:
        return []
    calls, until = 0, -math.inf
    for check in found:
        if check.kills:
            until = check.moment + _SECONDS_TO_COUNT
        if check.moment <= until:
            calls += check.calls
    last = max(check.moment for check in found if check.kills)
    numbers = {
        "kills": kills,
        "calls": calls,
        "seconds_ago": found[-1].moment - last,
        "container": int(in_container),
    }
    return [Problem("killed_for_memory", numbers=numbers)]
