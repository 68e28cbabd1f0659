"""How a Redis is that Odoo keeps sessions or a cache in."""

import time
from typing import NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

PATIENCE = 1.0
"""Seconds for each step of a conversation."""


class Report(NamedTuple):
    """What a Redis says of itself.

    :ivar up: whether it answers
    :ivar ping: seconds that an answer takes
    :ivar memory, limit: bytes in use, and of how many; 0 where nothing limits it
    :ivar evicted: keys that it has thrown away for want of memory
    :ivar persists: whether what it wrote to disk last was written; also where it
        keeps nothing
    :ivar replicates: whether it is no replica, or is linked with what it follows
    :ivar replicas: that follow it
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


def ask(url: str) -> Report:
    """Return how the Redis at an address is; whoever does not answer well is down.

    It is asked once: whether it answers at another try is known in ten seconds.

    :param url: ``redis://[[user]:password@]host[:port]``, ``rediss://`` with TLS, or
        ``unix://path``
    """
    try:
        with redis.Redis.from_url(
            url,
            single_connection_client=True,  # connected before the clock starts
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            started = time.monotonic()
            client.ping()
            ping = time.monotonic() - started
            return _report(client.info(), ping)
    except (redis.RedisError, OSError, ValueError):
        return DOWN


def check(url: str) -> str:
    """Return an address.

    :raise ValueError: it is none of a Redis
    """
    parts = parse_url(url)
    if not parts.get("host") and not parts.get("path"):
        raise ValueError(url)
    return url


def _report(of: dict, ping: float) -> Report:
    """Return what INFO comes to."""
    written = (
        *("rdb_last_bgsave_status", "aof_last_write_status"),
        "aof_last_bgrewrite_status",
    )
    return Report(
        up=not of.get("loading"),
        ping=ping,
        memory=of.get("used_memory", 0),
        limit=of.get("maxmemory", 0),
        evicted=of.get("evicted_keys", 0),
        persists=all(of.get(status, "ok") == "ok" for status in written),
        replicates=of.get("role") != "slave" or of.get("master_link_status") == "up",
        replicas=of.get("connected_slaves", 0),
    )
