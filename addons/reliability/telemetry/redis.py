"""How a Redis is that Odoo keeps sessions or a cache in: asked as redis-cli does.

Its protocol is a few lines of text, so no client library is needed.
"""

import socket
import ssl
import time
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

PATIENCE = 1.0
"""Seconds for each step of a conversation."""
_LONGEST_LINE = 1000
_PORT = 6379


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

    :param url: ``redis://[[user]:password@]host[:port]``, ``rediss://`` with TLS, or
        ``unix://path``
    """
    try:
        with _connected(url) as connection, connection.makefile("rwb") as stream:
            parts = urlsplit(url)
            if parts.password:
                names = [unquote(parts.username)] if parts.username else []
                _call(stream, "AUTH", *names, unquote(parts.password))
            started = time.monotonic()
            _call(stream, "PING")
            ping = time.monotonic() - started
            return _report(_call(stream, "INFO"), ping)
    except (OSError, ValueError):
        return DOWN


def check(url: str) -> str:
    """Return an address.

    :raise ValueError: it is none of a Redis
    """
    parts = urlsplit(url)
    has_place = parts.path if parts.scheme == "unix" else parts.hostname
    if parts.scheme not in ("redis", "rediss", "unix") or not has_place:
        raise ValueError(url)
    return url


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        connection.connect(parts.path)
        return connection
    address = parts.hostname or "", parts.port or _PORT
    connection = socket.create_connection(address, PATIENCE)
    if parts.scheme == "rediss":
        context = ssl.create_default_context()
        connection = context.wrap_socket(connection, server_hostname=parts.hostname)
    return connection


def _call(stream, *words: str) -> str:
    """Return the answer to a command.

    :raise ValueError: it is refused, or makes no sense
    """
    encoded = [word.encode() for word in words]
    parts = (b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
    stream.write(b"*%d\r\n%s" % (len(encoded), b"".join(parts)))
    stream.flush()
    head = stream.readline(_LONGEST_LINE)
    if head.startswith(b"+"):
        return head[1:].decode().strip()
    if not head.startswith(b"$"):
        raise ValueError(head)
    size = int(head[1:])
    return stream.read(size + 2)[:size].decode(errors="replace")


def _report(info: str, ping: float) -> Report:
    """Return what the lines of INFO come to."""
    of = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    is_replica = of.get("role") == "slave"
    return Report(
        up=of.get("loading", "0") == "0",
        ping=ping,
        memory=int(of.get("used_memory", 0)),
        limit=int(of.get("maxmemory", 0)),
        evicted=int(of.get("evicted_keys", 0)),
        persists=of.get("rdb_last_bgsave_status", "ok") == "ok"
        and of.get("aof_last_write_status", "ok") == "ok"
        and of.get("aof_last_bgrewrite_status", "ok") == "ok",
        replicates=not is_replica or of.get("master_link_status") == "up",
        replicas=int(of.get("connected_slaves", 0)),
    )
