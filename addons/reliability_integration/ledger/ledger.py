"""Writing notes of attempts, so that they survive whatever becomes of the transaction.

A note says all that is known of one attempt so far.  It is written when the attempt
begins, when it ends and when its transaction has ended, each time committed at once;
the database keeps what it did not know yet.  Where it cannot take a note, a file does,
and the collector brings it.
"""

import logging
import time

import psycopg2
import psycopg2.extras

import odoo.modules.module

from odoo.addons.reliability.api import recorder, store_message

from .connections import Connections, Unreachable

_logger = logging.getLogger(__name__)

_FUNCTION = "reliability_record_attempt"
_NOTE = f"SELECT {_FUNCTION}(%s)"
_NOTE_THAT_MAY_WAIT = (
    f"SELECT {_FUNCTION}(%s), set_config('synchronous_commit', 'off', true)"
)
"""For this one commit: it takes as long as the disk, else."""
_SECONDS_BETWEEN_REPORTS = 60.0


class Ledger:
    """The ledger, as this process writes it.

    :ivar in_tests: what tests of Odoo write, instead of a database: their transaction
        is never committed, so the ledger must not be either
    """

    def __init__(self) -> None:
        self.in_tests: list[dict] = []
        self.writes_in_tests = False
        self._connections = Connections()
        self._next_report = 0.0

    @property
    def is_real(self) -> bool:
        """Whether notes go into databases."""
        return self.writes_in_tests or not odoo.modules.module.current_test

    def note(self, db: str, note: dict, may_wait: bool = False) -> bool:
        """Write what is known of an attempt.

        :param note: see ``data/ledger.sql``
        :param may_wait: PostgreSQL may lose it in a crash until the next COMMIT, of
            whomever, that waits for the disk
        :return: whether the database has it; else it is kept for it
        """
        if not self.is_real:
            self.in_tests.append(dict(note))
            return False
        try:
            query = _NOTE_THAT_MAY_WAIT if may_wait else _NOTE
            self.query(db, query, psycopg2.extras.Json(note))
        except (psycopg2.Error, Unreachable, OSError) as error:
            self._keep(db, note, error)
            return False
        return True

    def query(self, db: str, query: str, *values) -> list[tuple]:
        """Ask the database beside the transaction of Odoo.

        :raise psycopg2.Error, Unreachable: it does not answer
        """
        return self._connections.of(db).execute(query, list(values))

    def ask(self, db: str, query: str, *values) -> list[tuple] | None:
        """As :meth:`query`; ``None`` where the database does not answer, since nobody's
        work may fail for want of the ledger.
        """
        try:
            return self.query(db, query, *values)
        except (psycopg2.Error, Unreachable, OSError):
            return None

    def close(self) -> None:
        """Close all connections; they are opened again when they are needed."""
        self._connections.close()

    def _keep(self, db: str, note: dict, error: Exception) -> None:
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + _SECONDS_BETWEEN_REPORTS
            _logger.warning("The ledger of %s is kept in files for now: %s", db, error)
        try:
            store_message(db, _FUNCTION, note["uid"], note)
        except Exception:
            recorder().count("error")
            _logger.exception("The ledger of %s has lost attempt %s", db, note["uid"])


ledger = Ledger()
"""The one of this process."""
