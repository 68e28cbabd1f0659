"""The watch of a Redis in odoo.conf."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client.core import Metric

from ..problem import Check
from ..watch import Watch
from .redis_info import RedisState, read_state
from .redis_metrics import redis_families
from .redis_problems import SESSIONS, SESSIONS_ONLY, WINDOW, find_problems, subject_of
from .replica_lags import ReplicaLags

_NOT_SESSIONS = ("cache_down", "redis_full")
_ONLY_SESSIONS = (
    "sessions_down",
    "redis_evicts",
    "redis_may_evict",
    *SESSIONS_ONLY.values(),
)


class RedisWatch(Watch):
    """Checks one Redis; it takes a few seconds at most.

    :param uses: what it is used for: ``sessions``, ``cache`` or both
    :param url: its address
    """

    kind = "redis"

    def __init__(self, uses: Sequence[str], url: str):
        super().__init__(subject_of(uses))
        self._uses = uses
        self._url = url
        self._states: deque[RedisState] = deque()
        self._replicas = ReplicaLags()

    def check(self, thresholds: Mapping[str, float]) -> Check:
        now = read_state(self._url)
        self._states.append(now)
        while now.at - self._states[0].at > WINDOW:
            self._states.popleft()
        lags = self._replicas.update(now) if now.info else {}
        problems = find_problems(self._uses, self._states, lags, thresholds)
        return Check(problems, _trends(now, lags), _facts(now, lags), [*now.missing])

    def codes(self) -> list[str]:
        other = _NOT_SESSIONS if SESSIONS in self._uses else _ONLY_SESSIONS
        return [code for code in super().codes() if code not in other]

    def metrics(self) -> Iterator[Metric]:
        if self._states:
            yield from redis_families(self._uses, self._states[-1])


def _trends(now: RedisState, lags: Mapping[str, float]) -> dict[str, float]:
    if not now.is_up:
        return {}
    trends = {"ping_seconds": now.ping}
    if now.info:
        trends["memory_bytes"] = now.info["used_memory"]
        trends["clients"] = now.info["connected_clients"]
    if lags:
        trends["replica_lag_seconds"] = max(lags.values())
    return trends


_FACTS = {
    "version": "redis_version",
    "role": "role",
    "uptime_seconds": "uptime_in_seconds",
    "memory_bytes": "used_memory",
    "limit_bytes": "maxmemory",
    "policy": "maxmemory_policy",
    "clients": "connected_clients",
    "max_clients": "maxclients",
    "blocked_clients": "blocked_clients",
}
"""Name of a fact → its name in INFO."""


def _facts(now: RedisState, lags: Mapping[str, float]) -> dict[str, Any]:
    facts = {name: now.info[key] for name, key in _FACTS.items() if key in now.info}
    if lags:
        facts["replicas"] = [
            {"address": address, "lag_seconds": seconds}
            for address, seconds in sorted(lags.items())
        ]
    return facts
