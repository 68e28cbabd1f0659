"""How much memory is left, of the host and of the limit of a container or service."""

from typing import NamedTuple

import psutil

from ..problem import Check, Problem
from .cgroup import Cgroup
from .part import HostPart


class Memory(NamedTuple):
    """Memory that may be used.

    :ivar total, available: bytes
    :ivar in_container: whether it is that of a limit, rather than of the host
    """

    total: int
    available: int
    in_container: bool

    @property
    def percent(self) -> float:
        """The share that is left."""
        return 100 * self.available / self.total


class MemoryLeft(HostPart):
    """Checks the memory of the host, and of the limit: the scarcer of both."""

    def check(self, cgroup, thresholds):
        host = psutil.virtual_memory()
        memory = Memory(host.total, host.available, False)
        limited = limited_memory(cgroup) if cgroup else None
        if limited:
            memory = min(memory, limited, key=lambda found: found.percent)
        return Check(
            find_memory_short(memory, thresholds),
            {"memory_left_percent": memory.percent},
            {
                "memory_available_bytes": memory.available,
                "memory_left_percent": memory.percent,
                "memory_limit_bytes": limited.total if limited else None,
            },
        )


def limited_memory(cgroup: Cgroup) -> Memory | None:
    """Return the memory of a cgroup; ``None`` without a limit.

    Files that were read once and not again (``inactive_file``) go first when memory is
    needed: they count as available, as Kubernetes does it.
    """
    limit, used = cgroup.number("memory.max"), cgroup.number("memory.current")
    if not limit or used is None:
        return None
    used -= cgroup.counts("memory.stat").get("inactive_file", 0)
    return Memory(limit, max(0, limit - max(0, used)), True)


def find_memory_short(memory: Memory, thresholds) -> list[Problem]:
    """Return the problem that little memory is left."""
    if memory.percent > thresholds["memory_left"]:
        return []
    numbers = {
        "percent": memory.percent,
        "megabytes": memory.available / 1e6,
        "container": int(memory.in_container),
    }
    return [Problem("memory_short", numbers=numbers)]
