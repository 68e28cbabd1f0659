"""The room on PostgreSQL's disks, where they are on this host.

PostgreSQL does not know it.  Where the server runs elsewhere, or its folders cannot be
entered, the room is unknown: nothing is found, and nothing is said to be fine.
"""

import os
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from statistics import linear_regression
from typing import Any, NamedTuple

import psutil
import psycopg2

from ..problem import Check, Problem
from .part import Part

_FULL_SHARE, _FULL_SIZE = 0.01, 64 << 20
"""What is free of a full disk at most: PostgreSQL's next WAL files need it."""
_MEMORY, _MIN_MEMORY, _STEP = 43_200.0, 1_800.0, 60.0
"""Seconds for which its growth is remembered, needed at least, and between samples."""
_MAX_FORECAST = 24.0
"""How many times the observed time a growth is expected to last at most."""
_DAY = 86_400.0
_CLOCK_DRIFT = 5.0
"""Seconds by which the clock may have been set since a process started."""

_FOLDERS = """
    SELECT 'data', CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE')
                        THEN current_setting('data_directory') END
     UNION ALL
    SELECT spcname, pg_tablespace_location(oid) FROM pg_tablespace
     WHERE pg_tablespace_location(oid) <> ''
"""
_BACKEND = """
    SELECT pid, extract(epoch FROM backend_start)::float FROM pg_stat_activity
     WHERE pid = pg_backend_pid()
"""


class FileSystem(NamedTuple):
    """A file system that PostgreSQL writes to.

    :ivar device: its number
    :ivar folder: of PostgreSQL, on it
    :ivar free, used: bytes, as ``df`` counts them for ordinary accounts
    """

    device: int
    folder: str
    free: int
    used: int

    @property
    def share(self) -> float:
        """Return the free share, from 0 to 1."""
        return self.free / max(1, self.free + self.used)

    @property
    def is_full(self) -> bool:
        return self.share < _FULL_SHARE or self.free < _FULL_SIZE


class Disk(Part):
    """Checks the file systems of the data, the WAL and each tablespace.

    :ivar wal: that of the WAL, or of the data where only that is known: Odoo's account
        may seldom enter the data folder; ``None`` if neither is
    """

    def __init__(self) -> None:
        self.wal: FileSystem | None = None
        self._folders: list[str] = []
        self._growth: dict[str, Growth] = defaultdict(Growth)

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Find ``postgres_disk_short`` or ``postgres_disk_full``."""
        cr.execute(_FOLDERS)
        folders = dict(cr.fetchall())
        cr.execute(_BACKEND)
        is_here = is_on_this_host(*cr.fetchone())
        may_read = folders["data"] is not None
        if may_read:
            folders["WAL"] = os.path.realpath(os.path.join(folders["data"], "pg_wal"))
        found = {
            name: read_file_system(folder) if is_here and folder else None
            for name, folder in folders.items()
        }
        self.wal = found.get("WAL") or found["data"]
        self._folders = [one.folder for one in found.values() if one]
        known = distinct(found.values())
        days = {one.folder: self._days_until_full(one) for one in known}
        check = Check(
            find_problems(known, days, thresholds),
            missing=[] if may_read else ["pg_monitor"],
        )
        check.facts["disk"] = [
            [name, one and one.free, one and one.used] for name, one in found.items()
        ]
        if known:
            worst = min(known, key=lambda one: one.share)
            check.trends["disk_free_bytes"] = float(worst.free)
            check.facts["days_until_full"] = min(
                (left for left in days.values() if left is not None), default=None
            )
        return check

    def unreachable(self, error: psycopg2.Error) -> list[Problem]:
        """Return ``postgres_disk_full``: PostgreSQL crashes without room for WAL."""
        return find_full(distinct(map(read_file_system, self._folders)))

    def _days_until_full(self, one: FileSystem) -> float | None:
        growth = self._growth[one.folder]
        growth.add(time.monotonic(), one.used)
        return growth.days_until_full(one.free)


class Growth:
    """The growth of what is used."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque(maxlen=int(_MEMORY / _STEP))

    def add(self, now: float, used: int) -> None:
        """Remember how many bytes are used, once a minute."""
        if not self._samples or now - self._samples[-1][0] >= _STEP:
            self._samples.append((now, used))

    def days_until_full(self, free: int) -> float | None:
        """Return in how many days it is full; ``None``: not as far as can be foreseen.

        A short growth, such as that of an import, does not last for days.
        """
        if not self._samples:
            return None
        seconds = self._samples[-1][0] - self._samples[0][0]
        if seconds < _MIN_MEMORY:
            return None
        growth = linear_regression(*zip(*self._samples, strict=True)).slope
        if growth <= 0 or free / growth > _MAX_FORECAST * seconds:
            return None
        return free / growth / _DAY


def is_on_this_host(pid: int, started: float) -> bool:
    """Return whether a backend of PostgreSQL is a process of this host.

    :param started: when it was started, in seconds since the epoch
    """
    try:
        return abs(psutil.Process(pid).create_time() - started) < _CLOCK_DRIFT
    except psutil.Error:
        return False


def read_file_system(folder: str) -> FileSystem | None:
    """Return a folder's file system; ``None``: it cannot be reached by this account."""
    try:
        stat, device = os.statvfs(folder), os.stat(folder).st_dev
    except OSError:
        return None
    used = (stat.f_blocks - stat.f_bfree) * stat.f_frsize
    return FileSystem(device, folder, stat.f_bavail * stat.f_frsize, used)


def distinct(file_systems: Iterable[FileSystem | None]) -> list[FileSystem]:
    """Return those that are known, each once: several folders may be on one."""
    known: dict[int, FileSystem] = {}
    for one in filter(None, file_systems):
        known.setdefault(one.device, one)
    return list(known.values())


def find_full(file_systems: Iterable[FileSystem]) -> list[Problem]:
    """Return ``postgres_disk_full`` for the worst one that has no room."""
    full = [one for one in file_systems if one.is_full]
    worst = min(full, key=lambda one: one.share, default=None)
    return [_problem("postgres_disk_full", worst, full)] if worst else []


def find_problems(
    file_systems: Sequence[FileSystem],
    days: Mapping[str, float | None],
    thresholds: Mapping[str, float],
) -> list[Problem]:
    """Return ``postgres_disk_full``, else ``postgres_disk_short``, for the worst one.

    The numbers are ``bytes`` and ``percent``, which are free, and ``days`` until it is
    full, if it grows.  The name is that of a ``folder`` on it.

    :param days: folder → days until its file system is full
    """
    if full := find_full(file_systems):
        return full
    short = [
        one
        for one in file_systems
        if 100 * one.share < thresholds["disk_left"]
        or _days_left(one, days) < thresholds["disk_days"]
    ]
    if not short:
        return []
    worst = min(short, key=lambda one: (_days_left(one, days), one.share))
    return [_problem("postgres_disk_short", worst, short, days.get(worst.folder))]


def _days_left(one: FileSystem, days: Mapping[str, float | None]) -> float:
    found = days.get(one.folder)
    return float("inf") if found is None else found


def _problem(
    code: str,
    one: FileSystem,
    all_of_them: Sequence[FileSystem],
    days: float | None = None,
) -> Problem:
    numbers = {"bytes": one.free, "percent": 100 * one.share}
    if days is not None:
        numbers["days"] = days
    devices = tuple(each.device for each in all_of_them)
    return Problem(code, numbers=numbers, names={"folder": one.folder}, devices=devices)
