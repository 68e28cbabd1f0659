"""Private connections to the ledger: one for each database of this process.

They are in autocommit mode, independent of Odoo's transactions.  They are opened when
they are first needed, and never shared with a forked process.  They have no state:
behind a pooler, each statement may be executed on another connection to PostgreSQL.
"""

import os
import select
import threading
import time
from typing import Any

import psycopg2
from psycopg2 import extensions

from odoo import sql_db

from odoo.addons.reliability.api import SEARCH_PATH

_MAX_SECONDS = 3.0
"""To connect, and for a statement: the business call waits meanwhile.  We measure it
ourselves: a pooler without a free connection lets a statement wait where PostgreSQL's
timeouts do not count, perhaps for the connection that the business call itself has."""
_SETTINGS = (
    f"SET LOCAL search_path = {SEARCH_PATH};"
    " SET LOCAL statement_timeout = '2s';"
    " SET LOCAL lock_timeout = '500ms';"
    " SET LOCAL application_name = 'odoo reliability ledger';"
    " SET LOCAL reliability.host_clock = '{clock:.6f}'; "
)
"""For one statement, in one message with it, which PostgreSQL executes as one
transaction: a pooler may give the connection to the business next, which must find none
of them.  The time of this host's clock is for ``reliability_database_time``."""
_SECONDS_BETWEEN_ATTEMPTS = 5.0


class Unreachable(Exception):
    """Less than five seconds ago the database was not reached, or did not answer."""


class NoAnswer(psycopg2.OperationalError):
    """The database has not answered in time; the connection is closed."""


class Connection:
    """The connection to one database; it reconnects where it was lost."""

    def __init__(self, db: str):
        self._db = db
        self._lock = threading.Lock()
        self._cnx: Any = None
        self._next_attempt = 0.0

    def execute(self, query: str, values: list) -> list[tuple]:
        """Execute a statement, commit it, and return its rows.

        :raise psycopg2.Error: it was refused, or the connection is lost
        :raise Unreachable: the database was not reachable a moment ago
        """
        with self._lock:
            if self._cnx is None or self._cnx.closed:
                self._connect()
            try:
                return self._execute(query, values)
            except NoAnswer:
                self._next_attempt = time.monotonic() + _SECONDS_BETWEEN_ATTEMPTS
                raise
            except psycopg2.OperationalError:
                if not self._cnx.closed:
                    raise
                # PostgreSQL was restarted since the last statement.
                self._connect()
                return self._execute(query, values)

    def close(self) -> None:
        """Close the connection; the next statement opens it again."""
        with self._lock:
            if self._cnx is not None:
                self._cnx.close()
                self._cnx = None

    def _execute(self, query: str, values: list) -> list[tuple]:
        with self._cnx.cursor() as cr:
            cr.execute(_SETTINGS.format(clock=time.time()) + query, values)
            _wait(self._cnx)
            return cr.fetchall() if cr.description else []

    def _connect(self) -> None:
        now = time.monotonic()
        if now < self._next_attempt:
            raise Unreachable(self._db)
        self._next_attempt = now + _SECONDS_BETWEEN_ATTEMPTS
        _name, info = sql_db.connection_info_for(self._db)
        cnx = psycopg2.connect(**info, async_=True)  # these are in autocommit mode
        _wait(cnx)
        self._cnx = cnx
        self._next_attempt = 0.0


def _wait(cnx: Any) -> None:
    """Wait until an asynchronous connection has done what it was told.

    :raise NoAnswer: not in time
    :raise psycopg2.Error: it failed
    """
    until = time.monotonic() + _MAX_SECONDS
    try:
        while (state := cnx.poll()) != extensions.POLL_OK:
            event = select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
            socket = select.poll()
            socket.register(cnx, event)
            milliseconds = (until - time.monotonic()) * 1000
            if milliseconds <= 0 or not socket.poll(milliseconds):
                raise NoAnswer(f"no answer within {_MAX_SECONDS:.0f} s")
    except BaseException as error:
        # Nobody would read the answer; but an error of the statement is the answer.
        if isinstance(error, NoAnswer) or not isinstance(error, psycopg2.Error):
            cnx.close()
        raise


class Connections:
    """The connections of this process, by database."""

    def __init__(self) -> None:
        self._by_db: dict[str, Connection] = {}
        self._inherited: list[dict] = []
        os.register_at_fork(after_in_child=self._abandon_inherited)

    def get(self, db: str) -> Connection:
        """Return the connection to a database."""
        return self._by_db.setdefault(db, Connection(db))

    def close(self) -> None:
        """Close all connections."""
        for connection in self._by_db.values():
            connection.close()

    def _abandon_inherited(self) -> None:
        """Stop using the connections that were open at the fork.

        References to them are held: garbage collection would close the parent's.
        """
        self._inherited.append(self._by_db)
        self._by_db = {}
