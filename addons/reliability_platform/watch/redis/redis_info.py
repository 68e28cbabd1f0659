"""What a Redis that holds Odoo's sessions or a cache reports about itself."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_TIMEOUT = 1.0
"""Seconds to connect, and for each response."""
_TOO_MANY = "max number of clients reached"
_CANNOT_SAVE = "MISCONF"
"""How Redis refuses writes, and PING with them, since it cannot write to its disk."""


class LatencyEvent(NamedTuple):
    """The last time that something made Redis slow, where it monitors its latency.

    :ivar name: such as ``command`` or ``fork``, see LATENCY LATEST
    :ivar age: how long ago it was, in seconds
    :ivar seconds: how long it took
    """

    name: str
    age: float
    seconds: float


class BlockedClient(NamedTuple):
    """A client that waits for a response.

    :ivar command: in lower case
    :ivar seconds: for how long it has waited
    """

    command: str
    seconds: float


class RedisState(NamedTuple):
    """The state of one Redis.

    :ivar at: when it was read, in seconds of the monotonic clock
    :ivar error: why Redis does not respond; empty if it does
    :ivar is_full: whether it refuses connections since it has too many
    :ivar refuses_writes: whether it refuses them since it cannot write to its disk
    :ivar ping: its response time, in seconds
    :ivar info: its response to INFO, by the names of its documentation; empty if this
        user may not ask for it
    :ivar missing: codes of the rights that this user lacks
    """

    at: float
    error: str = ""
    is_full: bool = False
    refuses_writes: bool = False
    ping: float = 0.0
    info: Mapping[str, Any] = {}
    events: tuple[LatencyEvent, ...] = ()
    blocked: tuple[BlockedClient, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_up(self) -> bool:
        """Whether it responds as Redis does."""
        return not self.error and not self.is_full


def connect(url: str) -> redis.Redis:
    """Return a client that is connected; it waits for a second at most, and once.

    :param url: ``redis://[[user]:password@]host[:port]``, ``rediss://`` with TLS, or
        ``unix://path``
    """
    return redis.Redis.from_url(
        url,
        single_connection_client=True,  # connects before the ping is timed
        socket_connect_timeout=_TIMEOUT,
        socket_timeout=_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def read_state(url: str) -> RedisState:
    """Return the state of a Redis.

    It connects anew, as Odoo may do at any time.  There is no second attempt: the next
    check follows in ten seconds.

    :param url: as for :func:`connect`
    """
    at = time.monotonic()
    try:
        with connect(url) as client:
            return _read(client, at)
    except (redis.RedisError, OSError, ValueError) as error:
        if _TOO_MANY in str(error):
            return RedisState(at, is_full=True)
        return RedisState(at, str(error) or type(error).__name__)


def _read(client: redis.Redis, at: float) -> RedisState:
    started = time.monotonic()
    refuses_writes = False
    try:
        client.ping()
    except redis.ResponseError as error:
        # Or it lacks its primary: INFO has the cause.
        refuses_writes = str(error).startswith(_CANNOT_SAVE)
    ping = time.monotonic() - started
    missing: list[str] = []

    def ask(code: str, command: Callable[[], Any]) -> Any:
        try:
            return command()
        except redis.ResponseError:  # no right, or a server without the command
            missing.append(code)
            return ()

    info = ask("redis_info", client.info) or {}
    if info.get("loading"):
        return RedisState(at, "it loads its data")
    events = ask("redis_latency", client.latency_latest)
    blocked = ()
    if info.get("blocked_clients"):
        blocked = ask("redis_clients", lambda: client.client_list(_type="normal"))
    return RedisState(
        at,
        refuses_writes=refuses_writes,
        ping=ping,
        info=info,
        events=tuple(_event(event, info) for event in events),
        blocked=tuple(_blocked(entry) for entry in blocked if "b" in entry["flags"]),
        missing=tuple(missing),
    )


def _event(event: list, info: Mapping[str, Any]) -> LatencyEvent:
    """Return an event of LATENCY LATEST, its age by the clock of Redis."""
    name, began, milliseconds, *_longest = event
    now = info.get("server_time_usec", time.time() * 1e6) / 1e6
    return LatencyEvent(name, now - began, milliseconds / 1e3)


def _blocked(entry: Mapping[str, str]) -> BlockedClient:
    return BlockedClient(entry["cmd"].lower(), float(entry["idle"]))
