"""Which server is the primary, and whether another one has become it.

Clients name several servers and reach the one that takes writes, by libpq's
``host=a,b target_session_attrs=read-write``; or a proxy has one address for all.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, NamedTuple

import psycopg2

from ..problem import Check, Problem
from .part import Part

_REPORTED = 900.0
"""Seconds for which a failover is reported."""

_IS_STANDBY = "SELECT pg_is_in_recovery()"
# The timeline in the control file is the former one until the next checkpoint.
_SERVER = """
    SELECT (SELECT system_identifier FROM pg_control_system()),
           ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,
           extract(epoch FROM pg_postmaster_start_time())::float,
           host(inet_server_addr()), inet_server_port()
"""


_MAY_READ = "SELECT has_function_privilege('pg_ls_waldir()', 'EXECUTE')"
_PROMOTED = """
    SELECT extract(epoch FROM modification)::bigint
      FROM pg_ls_waldir()
     WHERE name = %s
"""


class Server(NamedTuple):
    """A primary.

    :ivar system: what a cluster and its standbys have in common
    :ivar timeline: each promotion begins a new one
    :ivar started: when its server was started, in seconds since the epoch
    :ivar address: as the server knows it; else its folder of sockets
    """

    system: int
    timeline: int
    started: float
    address: str

    def is_same(self, other: "Server") -> bool:
        """Return whether no failover is between two servers.

        One server may have several addresses, and may be started again at its own.
        """
        same_history = self[:2] == other[:2]
        same_server = self.started == other.started or self.address == other.address
        return same_history and same_server


class FailedOver(NamedTuple):
    """A change of the primary.

    :ivar moment: when the new one was found, of the monotonic clock
    :ivar without: seconds for which there was none, as checks found out
    """

    before: Server
    after: Server
    moment: float
    without: float


class Failover(Part):
    """Remembers the primary, and since when it has been missing.

    :param connect: as for :class:`.postgres_watch.PostgresWatch`
    """

    def __init__(self, connect: Callable[..., Any]):
        self._connect = connect
        self._primary: Server | None = None
        self._seen = 0.0
        self._missing_since: float | None = None
        self._last: FailedOver | None = None
        self._since: int | None = None

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Find ``postgres_failed_over``, or ``postgres_no_primary`` on a standby."""
        cr.execute(_IS_STANDBY)
        if cr.fetchone()[0]:
            return Check(self._without_primary(), {"primary": 0.0})
        cr.execute(_SERVER)
        server = _server_of(cr)
        now = time.monotonic()
        if self._primary and not self._primary.is_same(server):
            without = now - (self._missing_since or self._seen)
            self._last = FailedOver(self._primary, server, now, without)
        if self._primary is None or self._primary[:2] != server[:2]:
            self._since = _primary_since(cr, server)
        self._primary, self._seen, self._missing_since = server, now, None
        primary = {
            "server": server.address,
            "since": self._since,
            "timeline": server.timeline,
        }
        return Check(
            find_problems(self._last, now), {"primary": 1.0}, {"primary": primary}
        )

    def unreachable(self, error: psycopg2.Error) -> list[Problem]:
        """Return ``postgres_no_primary`` where only standbys respond."""
        problems = self._without_primary()
        try:
            with closing(self._connect(target_session_attrs="any")) as connection:
                is_standby = _is_standby(connection)
        except psycopg2.Error:
            return []
        return problems if is_standby else []

    def _without_primary(self) -> list[Problem]:
        if self._missing_since is None:
            self._missing_since = time.monotonic()
        return [Problem("postgres_no_primary")]


def _is_standby(connection: Any) -> bool:
    with connection.cursor() as cr:
        cr.execute(_IS_STANDBY)
        return cr.fetchone()[0]


def _server_of(cr: Any) -> Server:
    system, timeline, started, host, port = cr.fetchone()
    if host is None:
        host, port = cr.connection.info.host, cr.connection.info.port
    return Server(system, timeline, started, f"{host}:{port}")


def _primary_since(cr: Any, server: Server) -> int | None:
    """Return since when a server is the primary, in seconds since the epoch.

    It has written the history of its timeline when it was promoted.  The first timeline
    has none: it is as old as the cluster, and so is the first half of its identifier.
    ``None`` is unknown: without the rights of ``pg_monitor``, or without that file.
    """
    if server.timeline == 1:
        return server.system >> 32
    cr.execute(_MAY_READ)
    if not cr.fetchone()[0]:
        return None
    cr.execute(_PROMOTED, [f"{server.timeline:08X}.history"])
    found = cr.fetchone()
    return found and found[0]


def find_problems(last: FailedOver | None, now: float) -> list[Problem]:
    """Return ``postgres_failed_over``: ``seconds`` without a primary; ``from``, ``to``.

    A standby that is promoted behind one address has the same name as before.
    """
    if last is None or now - last.moment > _REPORTED:
        return []
    return [
        Problem(
            "postgres_failed_over",
            numbers={"seconds": last.without},
            names={"from": last.before.address, "to": last.after.address},
            seconds=now - last.moment,
        )
    ]
