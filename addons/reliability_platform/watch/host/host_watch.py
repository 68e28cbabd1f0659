"""The watch of the host."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus_client.core import Metric

from ..problem import Check, Problem
from ..watch import Watch
from .cgroup import Cgroup, find_cgroup
from .clock import Clock, ClockOffset
from .disks import DataDisk
from .host_metrics import host_families
from .killed import KilledForMemory
from .memory import MemoryLeft
from .part import HostPart
from .pod import read_pod
from .pressure import Pressure
from .shared_memory import SharedMemory
from .throttling import Throttling

_ALL_BUSY = 90.0
"""Percent of the host's processors that are busy, from which on they are too few."""


class HostWatch(Watch):
    """Checks a host by its parts; it takes a millisecond, and waits for nothing.

    :param host: its name
    :param read_cgroup: returns the cgroup of Odoo's processes
    """

    kind = "host"

    def __init__(
        self,
        host: str,
        parts: Sequence[HostPart],
        read_cgroup: Callable[[], Cgroup | None],
    ):
        super().__init__(host)
        self._parts = parts
        self._read_cgroup = read_cgroup
        self._pod = read_pod(os.environ)
        self._facts: dict[str, Any] = {}

    def check(self, thresholds: Mapping[str, float]) -> Check:
        cgroup = self._read_cgroup()
        whole = Check(facts={"container": bool(cgroup and cgroup.is_container)})
        for part in self._parts:
            check = part.check(cgroup, thresholds)
            whole.problems += check.problems
            whole.trends.update(check.trends)
            whole.facts.update(check.facts)
        whole.problems = [
            problem._replace(subject=self.subject)
            for problem in without_consequences(whole.problems)
        ]
        whole.facts.update({name: text for name, text in self._pod.items() if text})
        self._facts = whole.facts
        return whole

    def metrics(self) -> Iterator[Metric]:
        return host_families(self._facts, self._pod)


def make_watch(
    host: str,
    telemetry_dir: str | Path,
    data_dir: str | Path,
    *,
    pids: Callable[[], Iterable[int]] = tuple,
    clock_offset: Callable[[], ClockOffset | None] | None = None,
    killed_calls: Callable[[], int] | None = None,
) -> HostWatch:
    """Return the watch of this host.

    :param pids: returns Odoo's processes, as for :func:`.cgroup.find_cgroup`
    :param clock_offset: as for :class:`.clock.Clock`
    :param killed_calls: as for :class:`.killed.KilledForMemory`
    """
    parts = make_parts(Path(telemetry_dir), Path(data_dir), clock_offset, killed_calls)
    return HostWatch(host, parts, lambda: find_cgroup(pids()))


def make_parts(
    telemetry_dir: Path, data_dir: Path, clock_offset=None, killed_calls=None
) -> list[HostPart]:
    """Return all parts; for the parameters see :func:`make_watch`."""
    return [
        Pressure(),
        Throttling(),
        MemoryLeft(),
        KilledForMemory(killed_calls),
        DataDisk(data_dir),
        SharedMemory(telemetry_dir, data_dir),
        Clock(clock_offset),
    ]


def without_consequences(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems without those that another one explains.

    - Processes that the limit stops wait for a processor: that is pressure of its own
      only if the host has no processor left.
    - Memory that was short until a process was killed is short again afterwards; of
      the host, it is a trouble of its own where the limit of a container killed.
    """
    found = {problem.code: problem for problem in problems}
    explained = set()
    if "cpu_throttled" in found and "cpu_pressure" in found:
        if found["cpu_pressure"].numbers["busy_percent"] < _ALL_BUSY:
            explained.add("cpu_pressure")
    if "killed_for_memory" in found and "memory_short" in found:
        killed, short = found["killed_for_memory"], found["memory_short"]
        if short.numbers["container"] >= killed.numbers["container"]:
            explained.add("memory_short")
    return [problem for problem in problems if problem.code not in explained]
