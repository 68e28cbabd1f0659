"""The disk of Odoo's data folder: how long a write takes, and what is left."""

import os
import time
from pathlib import Path

import psutil

from ..problem import Check, Problem
from .free_space import FreeSpace, free_space
from .part import HostPart
from .window import Window

_MIN_WRITES = 5
"""Fewer writes in half a minute say nothing about a disk."""


class DataDisk(HostPart):
    """Checks the disk of a folder."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._window = Window()

    def check(self, cgroup, thresholds):
        space, disk = free_space(self._folder), disk_of(self._folder)
        seconds = self._seconds_of_write(disk)
        check = Check(
            facts={
                "disk": disk,
                "disk_write_seconds": seconds,
                "disk_free_bytes": space.bytes if space else None,
            }
        )
        if space:
            check.trends["disk_left_percent"] = space.percent
            check.problems += find_disk_short(space, self._folder, thresholds)
        if seconds is not None:
            check.trends["disk_write_seconds"] = seconds
            check.problems += find_disk_slow(seconds, disk, thresholds)
        devices = (self._folder.stat().st_dev,) if check.problems else ()
        check.problems = [one._replace(devices=devices) for one in check.problems]
        return check

    def _seconds_of_write(self, disk: str | None) -> float | None:
        """Return the seconds of a write; ``None`` without writes, or if unknown."""
        found = psutil.disk_io_counters(perdisk=True, nowrap=False).get(disk)
        if found is None:
            return None
        increase = self._window.add(
            time.monotonic(), found.write_count, found.write_time
        )
        writes, milliseconds = increase.counters if increase else (0, 0)
        return milliseconds / 1000 / writes if writes >= _MIN_WRITES else None


def disk_of(folder: Path) -> str | None:
    """Return the kernel's name of the disk or partition of a folder, such as ``sda1``.

    :return: ``None`` for file systems without one, such as those of a network
    """
    try:
        device = folder.stat().st_dev
        number = f"{os.major(device)}:{os.minor(device)}"
        return Path("/sys/dev/block", number).resolve(strict=True).name
    except OSError:
        return None


def find_disk_short(space: FreeSpace, folder: Path, thresholds) -> list[Problem]:
    """Return the problem that little of a disk is left."""
    if space.percent > thresholds["disk_left"]:
        return []
    return [Problem("host_disk_short", "", space.numbers, {"folder": str(folder)})]


def find_disk_slow(seconds: float, disk: str, thresholds) -> list[Problem]:
    """Return the problem that writes to a disk take long."""
    milliseconds = 1000 * seconds
    if milliseconds < thresholds["disk_latency"]:
        return []
    return [Problem("disk_slow", "", {"milliseconds": milliseconds}, {"disk": disk})]
