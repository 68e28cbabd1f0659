"""The collector's connections to databases.

They are not taken from Odoo's pool, where they would stay open: a database with open
connections cannot be copied, renamed or dropped.
"""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
from psycopg2.errors import LockNotAvailable

from odoo import sql_db

_TIMEOUTS = {"connect_timeout": 5, "tcp_user_timeout": 30_000}
"""For a server that does not respond: seconds, and milliseconds."""
_LOCK_TIMEOUT, _NEXT_LOCK_TIMEOUT = 500, 50
"""Milliseconds for the first lock of a poll that is not available, and for others.

Less than PostgreSQL's ``deadlock_timeout`` (a second): else, in a deadlock, PostgreSQL
might end an upgrade instead of the collector's transaction.
"""

OWNER_IS_TRUSTED = """
    EXISTS (SELECT FROM pg_roles AS role, pg_database AS db
             WHERE role.oid = {owner} AND db.datname = current_database()
               AND (role.rolname = current_user OR role.rolsuper
                    OR role.oid = db.datdba OR role.oid = (
                       SELECT relowner FROM pg_class
                        WHERE oid = to_regclass('public.reliability_operation'))))
"""
"""An SQL condition with the placeholder ``owner``, a column: the owner of a view or a
function is our role, a superuser, or a role that owns the database or its tables, such
as a group of Odoo's role.  The collector must not run code of other roles; membership
alone does not make a role trusted, since it may have other members."""


class OutOfTime(psycopg2.OperationalError):
    """A database has had its time; the rest is done at the next poll."""


class Budget:
    """The time that one database may take, however many statements it gets.

    One whose tables are locked would else take half a second for each of them, and the
    other databases would wait.

    :param seconds: until nothing more is begun
    """

    def __init__(self, seconds: float):
        self._until = time.monotonic() + seconds
        self._lock_timeout = _LOCK_TIMEOUT

    def timeouts(self, seconds: float) -> tuple[str, str]:
        """Return the timeouts of a transaction, for statements and for locks.

        :param seconds: which one statement may take at most
        :raise OutOfTime: no time is left
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise OutOfTime("it takes too long; the rest is done at the next poll")
        return f"{max(1, 1000 * min(left, seconds)):.0f}ms", f"{self._lock_timeout}ms"

    def shorten_lock_timeout(self) -> None:
        """Wait less for further locks: an upgrade locks many tables at a time."""
        self._lock_timeout = _NEXT_LOCK_TIMEOUT


class _Connection(psycopg2.extensions.connection):
    """A connection with the time for its database."""

    budget: Budget


@contextlib.contextmanager
def connected(db: str, seconds: float = 60.0) -> Iterator[Any]:
    """Yield a connection of psycopg2, and close it after the block.

    :param seconds: for all transactions on it together, see :class:`Budget`
    :raise psycopg2.Error: the database cannot be reached
    """
    _name, info = sql_db.connection_info_for(db)
    options = {**info, **_TIMEOUTS}
    connection = psycopg2.connect(**options, connection_factory=_Connection)
    connection.budget = Budget(seconds)
    try:
        yield connection
    finally:
        connection.close()


SEARCH_PATH = "pg_catalog, pg_temp"
"""The schemas in which our connections look for names: tables and functions of Odoo's
schema are qualified with ``public``.  Otherwise any role that may create functions or
operators there could have them run by Odoo's role."""


def number_of(connection: Any) -> int:
    """Return the number (oid) of a database, which it keeps under another name.

    :raise psycopg2.Error: the connection is lost
    """
    with transaction(connection) as cr:
        cr.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        return cr.fetchone()[0]


def server_of(connection: Any) -> str:
    """Return the address of PostgreSQL as it is configured: it outlives a failover."""
    configured = connection.info.dsn_parameters
    return f"{configured.get('host', '')}:{configured.get('port', '')}"


@contextlib.contextmanager
def transaction(connection: Any, seconds: float = 20.0) -> Iterator[Any]:
    """Yield a cursor; commit after the block, or roll back after an error.

    Names are looked for in :data:`SEARCH_PATH`; qualify those of Odoo with ``public``.
    The commit waits for the primary's disk and for no standby: a commit has no timeout,
    and a database whose standby confirms none is still to be polled.
    All is set for this transaction only, since a pooler shares the connection.

    :param seconds: which one statement may take at most
    :raise OutOfTime: the time of this database is over
    """
    budget = getattr(connection, "budget", None) or Budget(seconds)
    timeouts = budget.timeouts(seconds)
    try:
        with connection, connection.cursor() as cr:
            cr.execute(
                "SELECT pg_catalog.set_config('search_path', %s, true),"
                " pg_catalog.set_config('statement_timeout', %s, true),"
                " pg_catalog.set_config('lock_timeout', %s, true),"
                " pg_catalog.set_config('synchronous_commit', 'local', true)",
                [SEARCH_PATH, *timeouts],
            )
            yield cr
    except LockNotAvailable:
        budget.shorten_lock_timeout()
        raise
