"""Records attempts durably, whatever happens to Odoo's transaction.

A message (a JSON object, see ``data/ledger.sql``) holds all that is known of one
attempt so far.  It is written and committed when the attempt begins, when it ends and
when its transaction has ended; the database adds what it did not have yet.  Where the
database does not accept a message, it is stored in the outbox, from which the collector
delivers it.
"""

import time

import psycopg2
import psycopg2.extras

import odoo.modules.module

from odoo.addons.reliability.api import masked_logger, recorder, storable, store_message

from .connections import Connections, Unreachable

_logger = masked_logger(__name__)

_FUNCTION = "reliability_record_attempt"
_RECORD = (
    f"SELECT public.{_FUNCTION}(%s::jsonb), public.reliability_database_identity()"
)
_ASYNCHRONOUSLY = "SET LOCAL synchronous_commit = off; "
"""For one commit that does not wait for the disk, which would take most of its time."""
_SECONDS_BETWEEN_REPORTS = 60.0


class Ledger:
    """Writes the ledgers of all databases of this process.

    :ivar in_tests: the messages of Odoo's tests, which are written to no database: the
        transaction of a test is never committed
    :ivar writes_in_tests: set by our own tests, whose messages do go to the database
    """

    def __init__(self) -> None:
        self.in_tests: list[dict] = []
        self.writes_in_tests = False
        self._connections = Connections()
        self._identities: dict[str, str] = {}
        self._next_report = 0.0

    @property
    def is_real(self) -> bool:
        """Whether messages are written to databases."""
        return self.writes_in_tests or not odoo.modules.module.current_test

    def record(self, db: str, message: dict, is_asynchronous: bool = False) -> bool:
        """Write what is known of an attempt.

        :param message: see ``data/ledger.sql``
        :param is_asynchronous: do not wait for the disk: a crash of PostgreSQL may lose
            the message until the next synchronous COMMIT of any transaction
        :return: whether the database has it; else the outbox has it
        """
        if not self.is_real:
            self.in_tests.append(dict(message))
            return False
        try:
            query = f"{_ASYNCHRONOUSLY if is_asynchronous else ''}{_RECORD}"
            ((_void, self._identities[db]),) = self.query(
                db, query, psycopg2.extras.Json(storable(message))
            )
        except (psycopg2.Error, Unreachable, OSError) as error:
            message = {"database_identity": self.identity(db)} | message
            self._store_in_outbox(db, message, error)
            return False
        return True

    def identity(self, db: str) -> str:
        """Return the identity of the database that took the last message.

        Transaction ids mean nothing in another database, such as one that is restored
        under the same name before a message is delivered to it.

        :return: empty if no message was recorded yet
        """
        return self._identities.get(db, "")

    def query(self, db: str, query: str, *values) -> list[tuple]:
        """Execute a statement beside Odoo's transaction, commit it, return its rows.

        :raise psycopg2.Error, Unreachable: the database does not answer
        """
        return self._connections.get(db).execute(query, storable(list(values)))

    def try_query(self, db: str, query: str, *values) -> list[tuple] | None:
        """Like :meth:`query`, but return ``None`` where the database does not answer: a
        business call must not fail because the ledger is not available.
        """
        try:
            return self.query(db, query, *values)
        except (psycopg2.Error, Unreachable, OSError):
            return None

    def close(self) -> None:
        """Close all connections; they are opened again when they are needed."""
        self._connections.close()

    def _store_in_outbox(self, db: str, message: dict, error: Exception) -> None:
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + _SECONDS_BETWEEN_REPORTS
            _logger.warning(
                "The ledger of %s is stored in files for now: %s", db, error
            )
        try:
            store_message(db, _FUNCTION, message["uid"], message)
        except Exception:
            recorder().count("error")
            _logger.exception("The ledger of %s lost attempt %s", db, message["uid"])


ledger = Ledger()
"""The ledger of this process."""
