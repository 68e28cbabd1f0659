"""The problems of a Redis, found in what it reports about itself."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from ..problem import Problem
from .redis_info import RedisState

WINDOW = 300.0
"""Seconds for which an eviction or a refusal counts as a problem."""
SESSIONS = "sessions"
SESSIONS_ONLY = {"redis_full": "sessions_full", "redis_not_saved": "sessions_not_saved"}
"""Code where a Redis refuses writes → the code where it holds sessions: nobody can log
in."""
_PINGS, _MIN_PINGS = 6, 3
_EVENT_AGE = 60.0
_BLOCKED_AFTER = 10.0
_WRITES = (
    "rdb_last_bgsave_status",
    "aof_last_write_status",
    "aof_last_bgrewrite_status",
)
_WAITS_FOR_REPLICAS = ("wait", "waitaof")
"""Other commands that block wait for work of a queue, which is no problem."""


def find_problems(
    uses: Sequence[str],
    states: Sequence[RedisState],
    lags: Mapping[str, float],
    thresholds: Mapping[str, float],
) -> list[Problem]:
    """Return the problems of a Redis.

    A consequence of another problem is no problem: one that is down has no other.

    :param uses: of this Redis; only sessions must not be evicted
    :param states: within :data:`WINDOW`, the present one last
    :param lags: address of each replica → seconds
    """
    now, subject, has_sessions = states[-1], subject_of(uses), SESSIONS in uses
    if now.error:
        use = SESSIONS if has_sessions else uses[0]
        return [Problem(f"{use}_down", subject, names={"error": now.error})]
    up = [state for state in states if state.is_up]
    info = up[-1].info if up else {}  # the last that is known, if it refuses this check
    found = [
        *_memory(has_sessions, info, up),
        *_persistence(has_sessions, info, now.refuses_writes),
        *_replication(info),
        *_replica_lags(lags, thresholds["replica_lag"]),
        *_latency(up, thresholds["redis_latency"] / 1e3),
        *_refusals(now, info, up, thresholds["redis_clients"] / 100),
        *_blocked(now),
    ]
    return [problem._replace(subject=subject) for problem in found]


def subject_of(uses: Sequence[str]) -> str:
    """Return the subject of the problems of a Redis: its uses, ``sessions, cache``."""
    return ", ".join(uses)


def persists(info: Mapping[str, Any]) -> bool:
    """Return whether the last write to disk succeeded; true if it writes nothing."""
    return all(info.get(write, "ok") == "ok" for write in _WRITES)


def replicates(info: Mapping[str, Any]) -> bool:
    """Return whether it is connected to its primary; true if it is no replica."""
    is_replica = info.get("role") == "slave"
    return not is_replica or info.get("master_link_status") == "up"


def rise(states: Sequence[RedisState], *path: str) -> int:
    """Return by how much a counter has risen; a restart begins with zero again.

    :param path: to the counter in ``info``
    """
    counts = [_count(state.info, path) for state in states if state.info]
    return sum(max(0, after - before) for before, after in pairwise(counts))


def _count(info: Mapping[str, Any], path: Sequence[str]) -> int:
    found: Any = info
    for name in path:
        found = found.get(name, {})
    return found or 0


def _memory(
    has_sessions: bool, info: Mapping[str, Any], up: Sequence[RedisState]
) -> Iterator[Problem]:
    """Find evictions, or what makes them possible, or that memory is full."""
    limit, policy = info.get("maxmemory", 0), info.get("maxmemory_policy", "")
    if not limit:
        return
    numbers = {"limit_bytes": limit}
    evicted, refused = rise(up, "evicted_keys"), rise(up, "errorstat_OOM", "count")
    if policy == "noeviction":
        if refused or info["used_memory"] >= limit:
            code = _code("redis_full", has_sessions)
            yield Problem(code, numbers=numbers | {"refused": refused})
    elif has_sessions:
        names = {"policy": policy}
        if evicted:
            yield Problem("redis_evicts", "", numbers | {"keys": evicted}, names)
        else:
            yield Problem("redis_may_evict", "", numbers, names)


def _persistence(
    has_sessions: bool, info: Mapping[str, Any], refuses_writes: bool
) -> Iterator[Problem]:
    if not persists(info):
        numbers = {"changes": info.get("rdb_changes_since_last_save", 0)}
        code = _code("redis_not_saved", has_sessions and refuses_writes)
        yield Problem(code, numbers=numbers)


def _code(code: str, stops_sessions: bool) -> str:
    return SESSIONS_ONLY[code] if stops_sessions else code


def _replication(info: Mapping[str, Any]) -> Iterator[Problem]:
    if not replicates(info):
        down = info.get("master_link_down_since_seconds", -1)
        primary = f"{info.get('master_host')}:{info.get('master_port')}"
        yield Problem(
            "redis_not_replicated",
            names={"primary": primary},
            seconds=None if down < 0 else float(down),
        )


def _replica_lags(lags: Mapping[str, float], threshold: float) -> Iterator[Problem]:
    late = {name: seconds for name, seconds in lags.items() if seconds >= threshold}
    if late:
        worst = max(late, key=late.__getitem__)
        numbers = {"seconds": late[worst], "replicas": len(late)}
        yield Problem("redis_replica_lags", numbers=numbers, names={"replica": worst})


def _latency(up: Sequence[RedisState], threshold: float) -> Iterator[Problem]:
    """Find an event that took long, or else that most responses take long."""
    events = [
        event
        for event in (up[-1].events if up else ())
        if event.age <= _EVENT_AGE and event.seconds >= threshold
    ]
    pings = [state.ping for state in up[-_PINGS:]]
    if events:
        worst = max(events, key=lambda event: event.seconds)
        yield _slow(worst.seconds, {"event": worst.name})
    elif len(pings) >= _MIN_PINGS and median(pings) >= threshold:
        yield _slow(median(pings), {})


def _slow(seconds: float, names: Mapping[str, str]) -> Problem:
    return Problem("redis_slow", numbers={"seconds": seconds}, names=names)


def _refusals(
    now: RedisState, info: Mapping[str, Any], up: Sequence[RedisState], share: float
) -> Iterator[Problem]:
    refused, maximum = rise(up, "rejected_connections"), info.get("maxclients", 0)
    clients = info.get("connected_clients", 0) + info.get("connected_slaves", 0)
    if now.is_full or refused or (maximum and clients >= share * maximum):
        numbers = {"clients": clients, "maximum": maximum} if maximum else {}
        yield Problem("redis_refuses", numbers=numbers | {"refused": refused})


def _blocked(now: RedisState) -> Iterator[Problem]:
    """Find clients that wait for replicas to confirm what they wrote."""
    waits = [
        client.seconds
        for client in now.blocked
        if client.command in _WAITS_FOR_REPLICAS and client.seconds >= _BLOCKED_AFTER
    ]
    if waits:
        yield Problem(
            "redis_clients_blocked",
            numbers={"clients": len(waits)},
            seconds=max(waits),
        )
