"""How far standbys are behind, and how much WAL replication slots hold.

How long a standby has been behind is measured here, by remembering when each position
was written: PostgreSQL's own ``replay_lag`` stays empty or as it was while a standby
replays nothing.
"""

import time
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .part import Part

_REPORT_INTERVAL = 20.0
"""Seconds that a standby may take to report what it has replayed: ten by default, and
ten between two checks."""
_MAX_POSITIONS = 8_640
"""Positions that are remembered: a day, with a check every ten seconds."""

_MEGABYTE = 1 << 20

_SERVER = """
    SELECT CASE WHEN NOT pg_is_in_recovery()
                THEN pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint END,
           pg_has_role('pg_read_all_stats', 'USAGE')
"""
# A backup is none, and what only receives WAL replays nothing.
_STANDBYS = """
    SELECT pid, concat(application_name, ' (' || host(client_addr) || ')'), state,
           pg_wal_lsn_diff(replay_lsn, '0/0')::bigint,
           extract(epoch FROM replay_lag)::float, sync_state IN ('sync', 'quorum')
      FROM pg_stat_replication WHERE replay_lsn IS NOT NULL AND state <> 'backup'
     ORDER BY 2
"""
_SLOTS = """
    SELECT slot_name, active_pid, wal_status, safe_wal_size,
           coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint
      FROM pg_replication_slots ORDER BY slot_name
"""


class Standby(NamedTuple):
    """A standby, or a subscriber, that is connected.

    :ivar position: up to which it has replayed WAL, in bytes
    :ivar replay_lag: seconds, as PostgreSQL measures them; ``None``: not measured
    :ivar is_synchronous: commits wait for it
    """

    pid: int
    name: str
    state: str
    position: int
    replay_lag: float | None
    is_synchronous: bool


class Slot(NamedTuple):
    """A replication slot.

    :ivar pid: of the process that sends its WAL; ``None``: nobody receives it
    :ivar status: ``reserved``, ``extended``, ``unreserved`` or ``lost``
    :ivar left: bytes until it may be lost; ``None``: unlimited
    :ivar held: bytes of WAL that it holds
    """

    name: str
    pid: int | None
    status: str | None
    left: int | None
    held: int

    @property
    def is_in_danger(self) -> bool:
        """Whether WAL that it needs is removed at the next checkpoint, or was."""
        return self.status in ("unreserved", "lost")


class Lag(NamedTuple):
    """How far a standby is behind, in seconds and bytes."""

    standby: Standby
    seconds: float
    size: int


class Replication(Part):
    """Checks the standbys that are connected, and all slots."""

    def __init__(self) -> None:
        self._positions = Positions()

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Find ``standby_lags`` and ``slot_holds_wal``."""
        cr.execute(_SERVER)
        position, may_read = cr.fetchone()
        if position is None:
            return Check()
        cr.execute(_STANDBYS)
        standbys = [Standby(*row) for row in cr.fetchall()]
        cr.execute(_SLOTS)
        slots = [Slot(*row) for row in cr.fetchall()]
        now = time.monotonic()
        self._positions.add(now, position)
        lags = [lag_of(standby, position, self._positions, now) for standby in standbys]
        lagging = find_lagging(lags, thresholds)
        check = Check(
            [
                *find_lag_problems(lagging),
                *find_slot_problems(slots, lagging, thresholds),
            ],
            missing=[] if may_read else ["pg_monitor"],
        )
        if lags:
            check.trends["standby_lag_seconds"] = max(lag.seconds for lag in lags)
        if slots:
            check.trends["slot_wal_bytes"] = float(max(slot.held for slot in slots))
        check.facts["standbys"] = [
            [lag.standby.name, lag.standby.state, lag.seconds, lag.size] for lag in lags
        ]
        check.facts["slots"] = [
            [slot.name, slot.pid is not None, slot.status, slot.held, slot.left]
            for slot in slots
        ]
        return check


class Positions:
    """When each position in the WAL was seen for the first time."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, float]] = deque(maxlen=_MAX_POSITIONS)

    def add(self, now: float, position: int) -> None:
        """Remember the present position; a smaller one is that of another server."""
        if self._seen and position < self._seen[-1][0]:
            self._seen.clear()
        if not self._seen or position > self._seen[-1][0]:
            self._seen.append((position, now))

    def seconds_beyond(self, position: int, now: float) -> float:
        """Return how long more than a position has been written, at least."""
        index = bisect_right(self._seen, position, key=lambda seen: seen[0])
        return now - self._seen[index][1] if index < len(self._seen) else 0.0


def lag_of(standby: Standby, position: int, positions: Positions, now: float) -> Lag:
    """Return how far a standby is behind a position.

    Within the time between its reports, PostgreSQL knows better.
    """
    size = max(0, position - standby.position)
    seconds = positions.seconds_beyond(standby.position, now) if size else 0.0
    if size and seconds <= _REPORT_INTERVAL:
        seconds = standby.replay_lag or 0.0
    return Lag(standby, seconds, size)


def find_lagging(lags: Sequence[Lag], thresholds: Mapping[str, float]) -> list[Lag]:
    """Return the standbys beyond the threshold, the worst first.

    One that commits wait for is last: these commits may be the problem.
    """
    beyond = [lag for lag in lags if lag.seconds > thresholds["standby_lag"]]
    return sorted(beyond, key=lambda lag: (lag.standby.is_synchronous, -lag.seconds))


def find_lag_problems(lagging: Sequence[Lag]) -> list[Problem]:
    """Return ``standby_lags`` for the first one.

    Its numbers are ``seconds``, ``bytes``, ``standbys``, how many lag, and
    ``is_synchronous``, 1 or 0; its name is that of the ``standby``.

    :param lagging: as :func:`find_lagging` returns them
    """
    if not lagging:
        return []
    standby, seconds, size = lagging[0]
    numbers = {
        "seconds": seconds,
        "bytes": size,
        "standbys": len(lagging),
        "is_synchronous": int(standby.is_synchronous),
    }
    return [Problem("standby_lags", numbers=numbers, names={"standby": standby.name})]


def find_slot_problems(
    slots: Sequence[Slot], lagging: Sequence[Lag], thresholds: Mapping[str, float]
) -> list[Problem]:
    """Return ``slot_holds_wal`` for the worst slot: it holds too much, or is lost.

    Its numbers are ``bytes``, ``is_active`` and ``is_lost``, 1 or 0, and
    ``left_bytes`` until it may be lost.  What a slot holds since its standby lags is
    left out, unless the slot may be lost.
    """
    pids = {lag.standby.pid for lag in lagging}
    found = [
        slot
        for slot in slots
        if slot.is_in_danger
        or (slot.held > _MEGABYTE * thresholds["slot_wal"] and slot.pid not in pids)
    ]
    if not found:
        return []
    worst = max(found, key=lambda slot: (slot.is_in_danger, slot.held))
    numbers = {
        "bytes": worst.held,
        "is_active": int(worst.pid is not None),
        "is_lost": int(worst.status == "lost"),
    }
    if worst.left is not None:
        numbers["left_bytes"] = worst.left
    return [Problem("slot_holds_wal", numbers=numbers, names={"slot": worst.name})]
