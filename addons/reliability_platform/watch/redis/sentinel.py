"""The watch of Redis Sentinels: who is primary, quorum, failovers."""

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import redis

from ..problem import Check, Problem
from ..watch import Watch
from .redis_info import connect
from .redis_urls import address_of

_FAILED_OVER = 900.0
"""Seconds for which a failover is a problem."""
_USABLE = re.compile(r"(\d+) usable Sentinels")


class SentinelView(NamedTuple):
    """What one Sentinel knows.

    :ivar sentinel: its host and port
    :ivar error: why it does not respond; empty if it does
    :ivar primary: host and port of the primary
    :ivar seen: when the primary responded to it last, in seconds of the monotonic clock
    :ivar since: the same clock, when it found that the primary has this role
    :ivar quorum: number of Sentinels that must agree that the primary is down
    :ivar usable: number of Sentinels that it can reach where they are too few for a
        failover, else ``None``
    :ivar replicas: host, port and flags of each
    """

    sentinel: str
    error: str = ""
    primary: str = ""
    seen: float = 0.0
    since: float = 0.0
    quorum: int = 0
    usable: int | None = None
    replicas: tuple[tuple[str, str], ...] = ()


class Failover(NamedTuple):
    """The last failover.

    :ivar at: when it was found, in seconds of the monotonic clock
    :ivar seconds: how long there was no primary
    :ivar before, after: host and port of the primaries
    """

    at: float
    seconds: float
    before: str
    after: str


def read_view(name: str, url: str) -> SentinelView:
    """Return what a Sentinel knows.

    :param name: of the primary, in Sentinel's configuration
    """
    sentinel = address_of(url)
    try:
        with connect(url) as client:
            return _read(client, name, sentinel)
    except (redis.RedisError, OSError, ValueError) as error:
        return SentinelView(sentinel, str(error) or type(error).__name__)


def _read(client: redis.Redis, name: str, sentinel: str) -> SentinelView:
    primary = client.sentinel_master(name)
    now = time.monotonic()
    return SentinelView(
        sentinel,
        primary=_address(primary),
        seen=now - int(primary["last-ok-ping-reply"]) / 1e3,
        since=now - int(primary["role-reported-time"]) / 1e3,
        quorum=int(primary["quorum"]),
        usable=_usable(client, name),
        replicas=tuple(
            (_address(replica), _flags(replica))
            for replica in client.sentinel_slaves(name)
        ),
    )


def _usable(client: redis.Redis, name: str) -> int | None:
    try:
        client.sentinel_ckquorum(name)
    except redis.ResponseError as error:
        found = _USABLE.search(str(error))
        return int(found[1]) if found else None
    return None


def _address(server: Mapping[str, Any]) -> str:
    return f"{server['ip']}:{server['port']}"


def _flags(server: Mapping[str, Any]) -> str:
    flags = server["flags"]
    return flags if isinstance(flags, str) else ",".join(sorted(flags))


def find_problems(
    views: Sequence[SentinelView], failover: Failover | None, now: float
) -> list[Problem]:
    """Return what is wrong with Sentinels, and whether one has failed over.

    That there is no quorum since some are down is one problem, not two.

    :param now: in seconds of the monotonic clock
    """
    down = [view.sentinel for view in views if view.error]
    numbers = {"down": len(down), "sentinels": len(views)}
    names = {"sentinels": ", ".join(down)} if down else {}
    too_few = [view for view in views if view.usable is not None]
    found = []
    if too_few:
        numbers["usable"] = min(view.usable for view in too_few)
        numbers["quorum"] = max(view.quorum for view in too_few)
        found.append(Problem("sentinel_no_quorum", numbers=numbers, names=names))
    elif down:
        found.append(Problem("sentinel_down", numbers=numbers, names=names))
    if failover and now - failover.at < _FAILED_OVER:
        found.append(
            Problem(
                "redis_failed_over",
                numbers={"seconds": failover.seconds},
                names={"before": failover.before, "after": failover.after},
                seconds=now - failover.at,
            )
        )
    return found


class Failovers:
    """Remembers the primary from check to check.

    :ivar primary: host and port of the primary, by the majority of Sentinels
    :ivar last: the last failover; ``None`` if there was none
    """

    def __init__(self) -> None:
        self.primary = ""
        self.last: Failover | None = None
        self._seen = 0.0

    def update(self, views: Sequence[SentinelView], now: float) -> None:
        """Find out whether the primary is another one than at the last check.

        :param views: of Sentinels that respond, at least one
        :param now: in seconds of the monotonic clock
        """
        primary = Counter(view.primary for view in views).most_common(1)[0][0]
        agree = [view for view in views if view.primary == primary]
        if self.primary and primary != self.primary:
            without = max(0.0, min(view.since for view in agree) - self._seen)
            self.last = Failover(now, without, self.primary, primary)
        self.primary = primary
        self._seen = max(view.seen for view in agree)


class SentinelWatch(Watch):
    """Asks each Sentinel about one primary.

    :param name: of the primary, in Sentinel's configuration
    :param urls: of the Sentinels
    """

    kind = "sentinel"

    def __init__(self, name: str, urls: Sequence[str]):
        super().__init__(name)
        self._name = name
        self._urls = urls
        self._failovers = Failovers()

    def check(self, thresholds: Mapping[str, float]) -> Check:
        views = [read_view(self._name, url) for url in self._urls]
        up = [view for view in views if not view.error]
        now = time.monotonic()
        if up:
            self._failovers.update(up, now)
        problems = [
            problem._replace(subject=self.subject)
            for problem in find_problems(views, self._failovers.last, now)
        ]
        return Check(problems, {"sentinels": len(up)}, self._facts(up))

    def _facts(self, up: Sequence[SentinelView]) -> dict[str, Any]:
        if not up:
            return {}
        primary = self._failovers.primary
        agrees = next(view for view in up if view.primary == primary)
        return {
            "name": self._name,
            "primary": primary,
            "quorum": agrees.quorum,
            "sentinels": len(self._urls),
            "responding": len(up),
            "replicas": [
                {"address": address, "flags": flags}
                for address, flags in agrees.replicas
            ],
        }
