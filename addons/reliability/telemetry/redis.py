"""The state of a Redis that holds Odoo's sessions or a cache."""

import time
from typing import NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

_TIMEOUT = 1.0
"""Seconds to connect, and for each response."""


class Report(NamedTuple):
    """The state of one Redis.

    :ivar up: whether it responds
    :ivar ping: its response time, in seconds
    :ivar memory, limit: bytes in use, and their limit; 0 if there is none
    :ivar evicted: number of keys evicted for lack of memory, since its start
    :ivar persists: whether its last write to disk succeeded; true if it writes nothing
    :ivar replicates: whether it is connected to its primary; true if it is no replica
    :ivar replicas: number of connected replicas
    """

    up: bool
    ping: float = 0.0
    memory: int = 0
    limit: int = 0
    evicted: int = 0
    persists: bool = True
    replicates: bool = True
    replicas: int = 0


DOWN = Report(False)


def read_report(url: str) -> Report:
    """Return the state of a Redis; :data:`DOWN` if it does not respond as Redis does.

    There is no second attempt: the next check follows in ten seconds.

    :param url: ``redis://[[user]:password@]host[:port]``, ``rediss://`` with TLS, or
        ``unix://path``
    """
    try:
        with redis.Redis.from_url(
            url,
            single_connection_client=True,  # connects before the ping is timed
            socket_connect_timeout=_TIMEOUT,
            socket_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            started = time.monotonic()
            client.ping()
            ping = time.monotonic() - started
            return _report(client.info(), ping)
    except (redis.RedisError, OSError, ValueError):
        return DOWN


def check_url(url: str) -> str:
    """Return a URL unchanged.

    :raise ValueError: it is not the URL of a Redis
    """
    parts = parse_url(url)
    if not parts.get("host") and not parts.get("path"):
        raise ValueError(url)
    return url


def _report(info: dict, ping: float) -> Report:
    """Return a report made of the response to ``INFO``."""
    writes = (
        "rdb_last_bgsave_status",
        "aof_last_write_status",
        "aof_last_bgrewrite_status",
    )
    is_replica = info.get("role") == "slave"
    return Report(
        up=not info.get("loading"),
        ping=ping,
        memory=info.get("used_memory", 0),
        limit=info.get("maxmemory", 0),
        evicted=info.get("evicted_keys", 0),
        persists=all(info.get(write, "ok") == "ok" for write in writes),
        replicates=not is_replica or info.get("master_link_status") == "up",
        replicas=info.get("connected_slaves", 0),
    )
