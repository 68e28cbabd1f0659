"""Visiting each database now and then, to bring and to ask.

A visit brings what was measured there, and asks for what the database says of itself,
for its token and for its limits.  In plain SQL, since the collector loads no registry;
on a connection that lasts for this one visit, since somebody who wants to copy, rename
or drop a database would have to wait for one that stays.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

import psycopg2

from odoo.tools import config

from ..telemetry.access import Access, is_digest
from ..telemetry.exposition import GaugeSheet
from ..telemetry.slots.lease import boot_time
from ..telemetry.totals import MAX_SERIES
from . import gauges, maintenance, outbox, snapshot
from .collector import Collector
from .connection import connected, transaction
from .rollup_writer import Delivery
from .tasks import CollectorTask

_logger = logging.getLogger(__name__)

TOKEN = "reliability.token_digest"
"""The system parameter with the hash of a database's token."""
TOKEN_OF = "reliability.token_database"
"""The system parameter that says for which database it was made: a copy has another
uuid, and what opens the original must neither open the copy nor be taken for it."""
MAX_SERIES_KEY = "reliability.max_series"
"""The system parameter with the number of series that are told apart."""
MIN_SERIES, MAX_SERIES_LIMIT = 10, 20_000
"""What it may be: databases share the memory of the host that collects."""

_UUID = "database.uuid"

SECONDS_BETWEEN_POLLS = 10.0
_SECONDS_BETWEEN_SEARCHES = 30.0
_SECONDS_UNTIL_NEXT_TRY = 60.0
_LONGEST_TIME_BETWEEN_FACTS = 30.0


class DatabasePoller:
    """Visits databases on a thread of its own: one that hangs must not stop reading.

    :param host: what rows of this host are marked with
    :param tasks: what else is to be done in each database
    """

    def __init__(
        self,
        collector: Collector,
        access: Access,
        host: str,
        tasks: Sequence[CollectorTask] = (),
    ):
        self._collector = collector
        self._access = access
        self._delivery = Delivery(collector, host)
        self._tasks = tasks
        self._served: set[str] = set()
        self._found: set[str] = set()
        self._without_app: set[str] = set()
        self._next_search = 0.0
        self._next_try: dict[str, float] = {}
        self._next_gauges: dict[str, float] = {}
        self._trouble: dict[str, str] = {}

    def run_until(self, stop: threading.Event) -> None:
        """Visit now and then, until ``stop`` is set."""
        while not stop.wait(SECONDS_BETWEEN_POLLS):
            if self._collector.leads:
                self._try("visits", lambda _what: self.poll_all())

    def poll_all(self) -> None:
        """Visit all databases; one that cannot be visited is tried again later."""
        now = time.monotonic()
        self._try("databases", self._search)
        for db in sorted(self._databases()):
            if now >= self._next_try.get(db, 0.0) and not self._try(db, self._poll):
                self._next_try[db] = now + _SECONDS_UNTIL_NEXT_TRY
        self._try("snapshot", self._take_snapshot)

    def _search(self, _name: str) -> None:
        """Find out, now and then, which databases there are.

        At once where there is a new one, which may be renamed as soon.
        """
        now = time.monotonic()
        if now < self._next_search and self._collector.measured() <= self._found:
            return
        self._next_search = now + _SECONDS_BETWEEN_SEARCHES
        with connected("postgres") as connection, transaction(connection) as cr:
            cr.execute(
                "SELECT datname, oid, datallowconn AND NOT datistemplate"
                " AND datname <> 'postgres' AND datdba ="
                " (SELECT oid FROM pg_roles WHERE rolname = current_user)"
                " FROM pg_database"
            )
            found = cr.fetchall()
        existing = {name: oid for name, oid, _served in found}
        self._found = existing.keys() | self._collector.measured()
        self._served = {name for name, _oid, served in found if served}
        self._without_app &= existing.keys()
        with_app = existing.keys() - self._without_app
        self._collector.find({name: existing[name] for name in with_app})
        for gone in self._access.databases.keys() - existing.keys():
            self._close_to(gone)
        self._forget_notes(existing)

    def _forget_notes(self, existing: Collection[str]) -> None:
        folder = self._collector.folder
        reachable = {
            db
            for db in outbox.databases(folder)
            if self._collector.address(db) in existing
        }
        for db, count in outbox.forget_gone(folder, reachable).items():
            _logger.warning("%s is gone: %s notes for it are deleted", db, count)

    def _databases(self) -> set[str]:
        """Return what to visit: what this server serves, and what was measured here.

        Without ``db_name``, that is every database that Odoo's own role has.  Another
        server, with databases of its own, may record into the same folder.
        """
        ours = config["db_name"] or self._served
        noted = map(self._collector.address, outbox.databases(self._collector.folder))
        return {*ours, *self._collector.measured(), *noted, *self._without_app}

    def _poll(self, db: str) -> None:
        with connected(db) as connection:
            if not _has_table(connection, "reliability_gauge_lease"):
                self._close_to(db)
                if not _has_table(connection, "reliability_operation"):
                    self._without_app.add(db)  # else it is of an older version
                self._next_try[db] = time.monotonic() + _SECONDS_UNTIL_NEXT_TRY
                return
            self._without_app.discard(db)
            self._read_settings(db, connection)
            self._do_tasks(db, connection)
            for measured_as in self._collector.waiting():
                if self._collector.address(measured_as) == db:
                    self._delivery.deliver(measured_as, connection)
            self._delivery.record_poll(connection)
            for noted_as in outbox.databases(self._collector.folder):
                if self._collector.address(noted_as) == db:
                    outbox.bring(self._collector.folder, noted_as, connection)
            self._read_gauges(db, connection)

    def _do_tasks(self, db: str, connection: Any) -> None:
        """Do the tasks in a database; one that fails does not stop the others."""
        for task in self._tasks:
            try:
                task.poll(db, connection)
            except psycopg2.Error as error:
                if connection.closed:
                    raise
                self._warn_once(f"{db}, {type(task).__name__}", error)

    def _read_settings(self, db: str, connection: Any) -> None:
        with transaction(connection) as cr:
            cr.execute(
                "SELECT key, value FROM ir_config_parameter WHERE key IN %s",
                [(TOKEN, TOKEN_OF, _UUID, MAX_SERIES_KEY)],
            )
            found = dict(cr.fetchall())
        self._collector.limit(db, _most_series(found.get(MAX_SERIES_KEY) or ""))
        # A tenant may store anything there, and it must not close the others' access.
        its_own = found.get(TOKEN_OF, found.get(_UUID)) == found.get(_UUID)
        token = its_own and found.get(TOKEN) or ""
        databases = {**self._access.databases, db: token}
        self._access.databases = {
            name: digest for name, digest in databases.items() if is_digest(digest)
        }

    def _read_gauges(self, db: str, connection: Any) -> None:
        """Read facts, less often where the database needs long to tell them."""
        started = time.monotonic()
        if started < self._next_gauges.get(db, 0.0):
            return
        with transaction(connection) as cr:
            leads = gauges.leads(cr, self._collector.source)
        sheet = None
        if leads:
            read = boot_time()
            sheet = GaugeSheet(read, gauges.read(connection))
        self._collector.tell(db, sheet)
        took = time.monotonic() - started
        if leads:
            maintenance.do(connection)
        self._next_gauges[db] = started + min(20 * took, _LONGEST_TIME_BETWEEN_FACTS)

    def _close_to(self, db: str) -> None:
        """Forget the token and the facts of a database without the app."""
        self._access.databases = {
            name: key for name, key in self._access.databases.items() if name != db
        }
        self._collector.tell(db, None)

    def _take_snapshot(self, _name: str) -> None:
        snapshot.take(self._collector.folder, self._collector, self._access)

    def _try(self, name: str, action: Callable[[str], None]) -> bool:
        """Do something; return whether it went well, and warn once if it did not."""
        try:
            action(name)
        except Exception as error:
            self._warn_once(name, error)
            return False
        self._trouble.pop(name, None)
        return True

    def _warn_once(self, name: str, error: Exception) -> None:
        if self._trouble.get(name) != str(error):
            self._trouble[name] = str(error)
            _logger.warning("Reliability cannot visit %s: %s", name, error)


def _most_series(text: str) -> int:
    """Return how many series are told apart; what makes no sense is not used."""
    number = int(text) if text.isdecimal() else 0
    sensible = MIN_SERIES <= number <= MAX_SERIES_LIMIT
    return number if sensible else MAX_SERIES


def _has_table(connection: Any, name: str) -> bool:
    with transaction(connection) as cr:
        cr.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return cr.fetchone()[0]
