"""Commits: how long a tiny one takes, and whether standbys confirm them.

A commit of the check writes a message into the WAL, and no table.
"""

import re
import time
from collections import deque
from collections.abc import Mapping
from statistics import median
from threading import Timer
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .disk import Disk
from .part import Part
from .session import begin

_SAMPLES = 6
"""Of a minute."""
_MAX_WAIT = 5.0
"""Seconds after which a commit counts as not confirmed."""

_MESSAGE = """
    SELECT pg_logical_emit_message(true, 'reliability', ''),
           set_config('client_min_messages', 'warning', true)
"""
_WAITING = """
    SELECT pid, query_start::text,
           extract(epoch FROM clock_timestamp() - query_start)::float
      FROM pg_stat_activity WHERE wait_event = 'SyncRep'
"""
# A name may have several standbys; one that confirms is enough.
_STANDBYS = """
    SELECT application_name,
           bool_or(state = 'streaming' AND least(flush_lsn, replay_lsn) >= %s::pg_lsn)
      FROM pg_stat_replication WHERE application_name IS NOT NULL GROUP BY 1
"""
_SYNCHRONOUS = "SELECT current_setting('synchronous_standby_names')"
_NAME = re.compile(r'"((?:[^"]|"")+)"|([^\s,()"]+)')


class Commit(NamedTuple):
    """A commit of the check.

    :ivar lsn: where its message is in the WAL
    :ivar confirmed: whether the standbys that must confirm it did
    """

    lsn: str
    seconds: float
    confirmed: bool


class Wait(NamedTuple):
    """A session that waits until standbys confirm its commit.

    :ivar seconds: since its statement began, which may be more than the wait
    """

    pid: int
    began: str
    seconds: float


class Commits(Part):
    """Times a commit, and finds those that wait for a standby.

    :param disk: has the file system of the WAL, checked before
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._seconds: deque[float] = deque(maxlen=_SAMPLES)
        self._waited: set[tuple[int, str]] = set()

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Commit, and list who waits for standbys afterwards."""
        cr.execute("SELECT pg_is_in_recovery()")
        if cr.fetchone()[0]:
            return Check()  # a standby commits nothing
        commit = timed_commit(cr)
        begin(cr)
        cr.execute(_WAITING)
        waits = [Wait(*row) for row in cr.fetchall()]
        lasting = [one for one in waits if one[:2] in self._waited]
        self._waited = {one[:2] for one in waits}
        problem = find_unconfirmed(commit, waits, lasting)
        if problem:
            names = ", ".join(late_standbys(cr, commit.lsn))
            return Check([problem._replace(names={"standbys": names})])
        self._seconds.append(commit.seconds)
        wal = self._disk.wal
        devices = (wal.device,) if wal else ()
        slow = [
            problem._replace(devices=devices)
            for problem in find_slow(self._seconds, thresholds["commit"])
        ]
        return Check(slow, {"commit_seconds": commit.seconds})


def timed_commit(cr: Any) -> Commit:
    """Commit a message, and wait for standbys for a few seconds at most.

    ``statement_timeout`` does not apply to a commit.  One whose wait is cancelled is
    committed, with a warning.
    """
    connection = cr.connection
    cr.execute(_MESSAGE)
    lsn = cr.fetchone()[0]
    connection.notices.clear()
    timer = Timer(_MAX_WAIT, connection.cancel)
    timer.start()
    try:
        started = time.monotonic()
        connection.commit()
        seconds = time.monotonic() - started
    finally:
        timer.cancel()
        timer.join()  # afterwards, nothing else is cancelled
    return Commit(lsn, seconds, not connection.notices)


def find_unconfirmed(
    commit: Commit, waits: list[Wait], lasting: list[Wait]
) -> Problem | None:
    """Return the problem that standbys do not confirm commits, without names.

    :param waits: all sessions that wait
    :param lasting: those that waited at the check before, too
    """
    long = [one.seconds for one in lasting if one.seconds > _MAX_WAIT]
    if commit.confirmed and not long:
        return None
    numbers = {"waiting": len(waits) + (not commit.confirmed)}
    return Problem(
        "commits_unconfirmed", numbers=numbers, seconds=max(long, default=None)
    )


def find_slow(seconds: deque[float], threshold: float) -> list[Problem]:
    """Return the problem that the commits of a minute are slow, or none.

    :param seconds: of the last commits
    :param threshold: in milliseconds
    """
    milliseconds = 1000 * median(seconds)
    if len(seconds) < _SAMPLES or milliseconds <= threshold:
        return []
    return [Problem("commits_slow", numbers={"milliseconds": milliseconds})]


def late_standbys(cr: Any, lsn: str) -> list[str]:
    """Return the names of synchronous standbys that have not confirmed an LSN."""
    cr.execute(_SYNCHRONOUS)
    names = synchronous_names(cr.fetchone()[0])
    cr.execute(_STANDBYS, [lsn])
    confirmed = dict(cr.fetchall())
    if "*" in names:
        names = list(confirmed)
    return [name for name in names if not confirmed.get(name)]


def synchronous_names(setting: str) -> list[str]:
    """Return the names in ``synchronous_standby_names``.

    ``ANY 1 (a, "b c")`` → ``["a", "b c"]``; any standby is ``*``.
    """
    listed = re.sub(r"^\s*((ANY|FIRST)\s+)?\d+\s*\(", "", setting, flags=re.IGNORECASE)
    return [
        quoted.replace('""', '"') or plain for quoted, plain in _NAME.findall(listed)
    ]
