"""Private connections to the ledger: one for each database of this process.

They commit each statement by itself, whatever becomes of the transactions of Odoo.
They are opened when they are first needed, and never shared with a forked process.
"""

import os
import threading
import time
from typing import Any

import psycopg2

from odoo import sql_db

_OPTIONS = {"connect_timeout": 2, "tcp_user_timeout": 3000}
"""Seconds, and milliseconds: the business waits meanwhile."""
_LIMITS = (
    "SELECT set_config('statement_timeout', '2s', false),"
    " set_config('lock_timeout', '500ms', false),"
    " set_config('application_name', 'odoo reliability ledger', false)"
)
_WHO_WE_ARE = (
    "SELECT set_config('reliability.database_identity', reliability_database_identity(), false),"
    " set_config('reliability.backend',"
    " pid || '/' || extract(epoch FROM backend_start), false)"
    " FROM pg_stat_activity WHERE pid = pg_backend_pid()"
)
"""Asked once: notes say it, by which those who come later know whether we live."""
_SECONDS_BETWEEN_TRIES = 5.0


class Unreachable(Exception):
    """The database was not reachable a moment ago: it is not asked again yet."""


class Connection:
    """The connection to one database, made again where it was lost."""

    def __init__(self, db: str):
        self._db = db
        self._lock = threading.Lock()
        self._cnx: Any = None
        self._next_try = 0.0

    def execute(self, query: str, values: list) -> list[tuple]:
        """Execute a statement, which is committed, and return its rows.

        :raise psycopg2.Error: it was refused, or the connection is lost
        :raise Unreachable: it was lost a moment ago
        """
        with self._lock:
            if self._cnx is None or self._cnx.closed:
                self._connect()
            try:
                return self._execute(query, values)
            except psycopg2.OperationalError:
                if not self._cnx.closed:
                    raise
                # PostgreSQL was restarted since the last time.
                self._connect()
                return self._execute(query, values)

    def close(self) -> None:
        """Close it; the next statement opens it again."""
        with self._lock:
            if self._cnx is not None:
                self._cnx.close()
                self._cnx = None

    def _execute(self, query: str, values: list) -> list[tuple]:
        with self._cnx.cursor() as cr:
            cr.execute(query, values)
            return cr.fetchall() if cr.description else []

    def _connect(self) -> None:
        now = time.monotonic()
        if now < self._next_try:
            raise Unreachable(self._db)
        self._next_try = now + _SECONDS_BETWEEN_TRIES
        _name, info = sql_db.connection_info_for(self._db)
        cnx = psycopg2.connect(**{**info, **_OPTIONS})
        try:
            cnx.autocommit = True
            with cnx.cursor() as cr:
                cr.execute(_LIMITS)
                cr.execute(_WHO_WE_ARE)
        except BaseException:
            cnx.close()  # without these nothing may be written on it
            raise
        self._cnx = cnx
        self._next_try = 0.0


class Connections:
    """The connections of this process, by database."""

    def __init__(self) -> None:
        self._by_db: dict[str, Connection] = {}
        self._left: list[dict] = []
        os.register_at_fork(after_in_child=self._leave_to_parent)

    def of(self, db: str) -> Connection:
        """Return the connection to a database."""
        return self._by_db.setdefault(db, Connection(db))

    def close(self) -> None:
        """Close all of them."""
        for connection in self._by_db.values():
            connection.close()

    def _leave_to_parent(self) -> None:
        """Use none that was open at the fork.

        They are kept, since to let go of one would close the parent's.
        """
        self._left.append(self._by_db)
        self._by_db = {}
