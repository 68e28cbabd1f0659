"""How far the replicas of a Redis are behind, in seconds."""

import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from .redis_info import RedisState

_REPLICA = re.compile(r"slave\d+")
_MEMORY = 3600.0
"""Seconds: longer lags are as long, and a replica that is gone no longer counts."""


class ReplicaLags:
    """Remembers how much a primary had written at each check.

    A replica confirms once a second how much it has.  It lags for as long as the
    primary has had more than that.  One that has gone lags, too, until as many as
    before are connected, perhaps others.
    """

    def __init__(self) -> None:
        self._begin("")

    def _begin(self, run: str) -> None:
        """Begin with nothing.

        :param run: the id that the primary has since its start
        """
        self._run = run
        self._expected = 0
        self._written: deque[tuple[float, int]] = deque()
        self._confirmed: dict[str, tuple[float, int]] = {}

    def update(self, state: RedisState) -> dict[str, float]:
        """Return the address of each replica → its lag, in seconds.

        :param state: of a Redis that responds; a replica has no lags of its own
        """
        run = state.info.get("run_id", "")
        is_primary = state.info.get("role") == "master"
        if not is_primary or run != self._run:
            self._begin(run)
        if is_primary:
            self._add(state.at, state.info)
        return {
            address: self._lag(state.at, offset)
            for address, (_at, offset) in self._confirmed.items()
        }

    def _add(self, now: float, info: Mapping[str, Any]) -> None:
        self._written.append((now, info["master_repl_offset"]))
        while now - self._written[0][0] > _MEMORY:
            self._written.popleft()
        connected = {
            f"{replica['ip']}:{replica['port']}": (now, replica["offset"])
            for name, replica in info.items()
            if _REPLICA.fullmatch(name) and _has_confirmed(replica)
        }
        gone = {
            address: (seen, offset)
            for address, (seen, offset) in self._confirmed.items()
            if address not in connected and now - seen < _MEMORY
        }
        if len(connected) >= self._expected or not gone:
            self._expected, gone = len(connected), {}
        self._confirmed = connected | gone

    def _lag(self, now: float, offset: int) -> float:
        ahead = (at for at, written in self._written if written > offset)
        return now - next(ahead, now)


def _has_confirmed(replica: Mapping[str, Any]) -> bool:
    """Return whether a replica has copied all, and confirmed once how much it has."""
    return replica["state"] == "online" and replica["offset"] > 0
