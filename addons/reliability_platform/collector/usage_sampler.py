"""Samples of what each database uses of this host: workers, processor, jobs that run.

They are taken at each reading of the slots, about once a second: also what has not
ended yet counts, while it is used.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..watch.host.cgroup import PROC, find_cgroup, read_text
from ..watch.host.throttling import read_limit
from ..watch.shares import OTHER
from ..watch.usage import PROCESSOR, QUEUE, WORKERS, Usage

if TYPE_CHECKING:  # a unit test imports this without Odoo
    from odoo.addons.reliability.api import Activity, Collector

_RUN_JOB = "/queue_job/runjob"
"""The route by which the runner of jobs lets a worker run one."""
_TICK = 1 / os.sysconf("SC_CLK_TCK")


class UsageSampler:
    """Adds samples of this host to the usage of databases."""

    def __init__(self, collector: "Collector", usage: Usage):
        self._collector = collector
        self._usage = usage
        self._processes = ProcessorTime()
        self._checked: float | None = None

    def check(self) -> None:
        """Add one sample, for the time since the last one."""
        activities = self._collector.activities()
        now, before = time.monotonic(), self._checked
        self._checked = now
        computed = self._processes.add(activities)
        if before is None:
            return
        elapsed = now - before
        requests, jobs = in_use(activities)
        for resource, units in ((WORKERS, requests), (QUEUE, jobs)):
            used = {db: elapsed * count for db, count in units.items()}
            self._usage.add(resource, now, elapsed, used)
        self._usage.add(PROCESSOR, now, elapsed, computed)


def in_use(
    activities: Mapping[int, Iterable["Activity"]],
) -> tuple[Counter[str], Counter[str]]:
    """Return database → requests that are served now, and database → jobs of them."""
    requests, jobs = Counter[str](), Counter[str]()
    for calls in activities.values():
        for call in calls:
            if call.series.family == "http":
                db = call.series.db or OTHER
                requests[db] += 1
                jobs[db] += call.series.labels[:1] == (_RUN_JOB,)
    return requests, jobs


class ProcessorTime:
    """The processor time of Odoo's processes, by the databases that they work for.

    What a process has computed between two samples belongs to the databases whose calls
    it is inside of, in equal parts; if it is inside of none, to the last ones.

    :param proc: where the kernel shows processes
    """

    def __init__(self, proc: Path = PROC):
        self._proc = proc
        self._seconds: dict[int, float] = {}
        self._databases: dict[int, set[str]] = {}

    def add(self, activities: Mapping[int, Iterable["Activity"]]) -> dict[str, float]:
        """Return database → seconds since the last sample.

        :param activities: of each process: pid → calls
        """
        seconds = {pid: computed(pid, self._proc) for pid in activities}
        self._databases = {
            pid: {call.series.db or OTHER for call in calls}
            or self._databases.get(pid, set())
            for pid, calls in activities.items()
        }
        used = Counter[str]()
        for pid, databases in self._databases.items():
            more = seconds[pid] - self._seconds.get(pid, seconds[pid])
            for db in databases if more > 0 else ():
                used[db] += more / len(databases)
        self._seconds = seconds
        return dict(used)


def computed(pid: int, proc: Path = PROC) -> float:
    """Return the processor time of a process, in seconds; 0 if there is none."""
    text = read_text(proc / str(pid) / "stat")
    fields = text.rpartition(")")[2].split()  # a name may have blanks and brackets
    return _TICK * (int(fields[11]) + int(fields[12])) if fields else 0.0


def processors(pids: Iterable[int]) -> float:
    """Return the number of processors that Odoo may use.

    :param pids: processes of Odoo
    """
    count = float(len(os.sched_getaffinity(0)))
    cgroup = find_cgroup(pids)
    limit = read_limit(cgroup.text("cpu.max")) if cgroup else None
    return min(count, limit[0]) if limit else count
