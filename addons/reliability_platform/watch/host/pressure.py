"""How long processes wait for a processor, memory or a disk (PSI)."""

import time
from pathlib import Path

import psutil

from ..problem import Check, Problem
from .cgroup import PROC, read_text
from .part import HostPart
from .window import Increase, Window

_RESOURCES = ("cpu", "memory", "io")


class Pressure(HostPart):
    """Checks the share of time in which a process waited for a processor.

    The facts have that of memory and disks, too.
    """

    def __init__(self, proc: Path = PROC):
        self._folder = proc / "pressure"
        self._windows = {resource: Window() for resource in _RESOURCES}
        self._processors = psutil.cpu_count() or 1

    def check(self, cgroup, thresholds):
        in_container = bool(cgroup and cgroup.is_container)
        found = {
            resource: self._increase(resource, cgroup if in_container else None)
            for resource in _RESOURCES
        }
        facts = {
            f"{resource}_pressure_percent": _percent(increase)
            for resource, increase in found.items()
        }
        check = Check(facts=facts)
        if cpu := found["cpu"]:
            check.trends["cpu_pressure_percent"] = facts["cpu_pressure_percent"]
            busy = busy_percent(cpu, self._processors)
            check.problems = find_pressure(
                facts["cpu_pressure_percent"], busy, in_container, thresholds
            )
        return check

    def _increase(self, resource, cgroup) -> Increase | None:
        """Return the increase of waiting and of the host's idle time, in seconds."""
        text = cgroup.text(f"{resource}.pressure") if cgroup else ""
        waited = seconds_waited(text or read_text(self._folder / resource))
        if waited is None:
            return None
        times = psutil.cpu_times()
        idle = times.idle + times.iowait
        return self._windows[resource].add(time.monotonic(), waited, idle)


def seconds_waited(text: str) -> float | None:
    """Return for how many seconds at least one process has waited, ever.

    :param text: of a file of PSI; empty where the kernel has none
    """
    some, _newline, _full = text.partition("\n")
    _averages, _total, microseconds = some.partition("total=")
    return int(microseconds) / 1e6 if microseconds else None


def busy_percent(increase: Increase, processors: int) -> float:
    """Return the share of time in which the host's processors were not idle."""
    _waited, idle = increase.counters
    return max(0.0, 100 * (1 - idle / increase.seconds / processors))


def find_pressure(percent, busy, in_container, thresholds) -> list[Problem]:
    """Return the problem that processes wait for a processor.

    :param percent: the share of time in which one waited
    :param busy: that in which the host's processors were not idle, in percent
    """
    if percent < thresholds["cpu_pressure"]:
        return []
    numbers = {"percent": percent, "busy_percent": busy, "container": int(in_container)}
    return [Problem("cpu_pressure", numbers=numbers)]


def _percent(increase: Increase | None) -> float | None:
    if increase is None:
        return None
    return min(100.0, 100 * increase.counters[0] / increase.seconds)
