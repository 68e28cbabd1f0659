"""How often the limit of processors stops the processes of a container or service."""

import time

from ..problem import Check, Problem
from .part import HostPart
from .window import Window


class Throttling(HostPart):
    """Checks the share of time slices in which the limit was used up.

    The kernel counts only slices with work to do; idle ones belong to the share, too:
    else two short requests a minute would make it 100 %.
    """

    def __init__(self) -> None:
        self._window = Window()

    def check(self, cgroup, thresholds):
        check = Check(facts={"cpu_limit": None, "cpu_throttled_percent": None})
        limit = read_limit(cgroup.text("cpu.max")) if cgroup else None
        throttled = cgroup.counts("cpu.stat").get("nr_throttled") if limit else None
        if throttled is None:
            return check
        processors, period = limit
        check.facts["cpu_limit"] = processors
        if increase := self._window.add(time.monotonic(), throttled):
            slices = increase.seconds / period
            percent = min(100.0, 100 * increase.counters[0] / slices)
            check.facts["cpu_throttled_percent"] = percent
            check.trends["cpu_throttled_percent"] = percent
            check.problems = find_throttling(percent, processors, thresholds)
        return check


def read_limit(text: str) -> tuple[float, float] | None:
    """Return the limit in processors, and the seconds of a time slice.

    :param text: of ``cpu.max``
    :return: ``None`` without a limit
    """
    numbers = text.split()
    if len(numbers) != 2 or not numbers[0].isdecimal():
        return None
    microseconds, period = map(int, numbers)
    return microseconds / period, period / 1e6


def find_throttling(percent, processors, thresholds) -> list[Problem]:
    """Return the problem that processes are stopped.

    :param percent: the share of slices in which the limit was used up
    :param processors: the limit
    """
    if percent < thresholds["cpu_throttled"]:
        return []
    numbers = {"percent": percent, "processors": processors}
    return [Problem("cpu_throttled", numbers=numbers)]
