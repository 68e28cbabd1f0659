"""Polling each database every ten seconds, to deliver and to read.

A poll delivers what was measured in the database, and reads its token, its limits and
its gauges.  It uses plain SQL, since the collector loads no registry, and a connection
of its own: a connection that stays open would keep people from copying, renaming or
dropping the database.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from odoo.tools import config

from ..telemetry.access import Access
from ..telemetry.exposition import GaugeSheet
from ..telemetry.masked_log import masked_logger
from ..telemetry.parameters import NumberParameter
from ..telemetry.slots.lease import boot_time
from ..telemetry.totals import MAX_SERIES
from . import gauges, maintenance, outbox, report, snapshot, token_origin
from .collector import Collector
from .connection import OutOfTime, connected, number_of, server_of, transaction
from .rollup_writer import RollupWriter
from .served_databases import ALL_DATABASES
from .tasks import CollectorTask
from .token_origin import system_identifier

_logger = masked_logger(__name__)

MAX_SERIES_OF_A_FAMILY = NumberParameter(
    "reliability.max_series", MAX_SERIES, maximum=20_000, minimum=10
)
"""Databases share the memory of the host that collects."""

SECONDS_BETWEEN_POLLS = 10.0
SECONDS_OF_A_POLL = 15.0
"""For one database; and the time in each round for all that are slow."""
SECONDS_TO_END = 5.0
"""For all databases: a server that is stopped waits for it."""
_SLOW = 5.0
"""A database whose last poll took so many seconds is polled after the others."""
_SECONDS_BETWEEN_SEARCHES = 30.0
_SECONDS_UNTIL_NEXT_ATTEMPT = 60.0
_MAX_SECONDS_BETWEEN_GAUGES = 30.0


class DatabasePoller:
    """Polls databases, on a thread of its own: one that hangs must not stop reading.

    :param host: the name of this host in rollups
    :param tasks: what else is done in each database
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
        self._host = host
        self._writer = RollupWriter(collector, host)
        self._tasks = tasks
        self._served: set[str] = set()
        self._found: set[str] = set()
        self._without_app: set[str] = set()
        self._slow: dict[str, float] = {}  # database → when its last poll began
        self._reached: set[str] = set()
        self._renamed: set[str] = set()
        self._next_search = 0.0
        self._next_attempt: dict[str, float] = {}
        self._next_gauges: dict[str, float] = {}
        self._problems: dict[str, str] = {}

    def run_until(self, stop: threading.Event) -> None:
        """Poll all databases every ten seconds, until ``stop`` is set."""
        while not stop.wait(SECONDS_BETWEEN_POLLS):
            if self._collector.leads:
                self._attempt("databases", lambda _what: self.poll_all(stop))
        if self._collector.leads:
            self._announce_end()

    def poll_all(self, stop: threading.Event | None = None) -> None:
        """Poll all databases; one that fails is polled again after a minute.

        Slow ones come last, and those that are not reached come first in the next
        round: they must not keep the numbers of the others from ``/metrics``.

        :param stop: ends the round
        """
        now = time.monotonic()
        self._attempt("databases", self._search)
        databases = sorted(self._databases())
        for db in sorted(databases, key=lambda db: self._slow.get(db, 0.0)):
            if stop is not None and stop.is_set():
                return
            is_late = db in self._slow and time.monotonic() - now >= SECONDS_OF_A_POLL
            if now >= self._next_attempt.get(db, 0.0) and not is_late:
                self._poll_in_time(db)
        self._attempt("snapshot", self._take_snapshot)

    def _poll_in_time(self, db: str) -> None:
        """Poll a database, and remember whether that is slow or fails."""
        began = time.monotonic()
        self._reached.discard(db)
        if not self._attempt(db, self._poll):
            self._next_attempt[db] = began + _SECONDS_UNTIL_NEXT_ATTEMPT
        self._slow.pop(db, None)
        if time.monotonic() - began > _SLOW:
            self._slow[db] = began

    def _announce_end(self) -> None:
        """Tell each database that this host has ended in order, with its last numbers.

        Else people would read for a day that its numbers are missing.
        """
        until = time.monotonic() + SECONDS_TO_END
        for db in sorted(self._reached):
            seconds = until - time.monotonic()
            if seconds > 0:
                self._attempt(db, partial(self._announce_end_to, seconds=seconds))

    def _announce_end_to(self, db: str, seconds: float) -> None:
        with connected(db, seconds) as connection:
            self._writer.deliver(db, number_of(connection), connection)
            self._writer.record_end(connection)
            gauges.return_lease(connection, self._collector.source)

    def _search(self, _name: str) -> None:
        """Read which databases exist, every 30 seconds.

        At once where one is new, which may be renamed before the next search.
        """
        now = time.monotonic()
        if now < self._next_search and self._collector.measured() <= self._found:
            return
        self._next_search = now + _SECONDS_BETWEEN_SEARCHES
        with connected("postgres") as connection, transaction(connection) as cr:
            cr.execute(ALL_DATABASES)
            found = cr.fetchall()
            server = server_of(connection), system_identifier(cr)
        self._collector.connected_to(*server)
        existing = {name: oid for name, oid, _served in found}
        self._found = existing.keys() | self._collector.measured()
        self._served = {name for name, _oid, served in found if served}
        self._without_app &= existing.keys()
        self._recheck_for_the_app()
        for db in {*self._access.databases, *self._access.refused}:
            if db not in existing or self._has_another_number(db, existing[db]):
                self._forget(db)
        for db, oid in self._collector.displaced(existing).items():
            outbox.set_apart(self._collector.folder, db, oid)
        self._collector.reconcile_databases(existing, self._without_app)
        set_apart = outbox.set_apart_numbers(self._collector.folder)
        self._renamed = {name for name, oid in existing.items() if oid in set_apart}
        self._delete_messages(existing)

    def _recheck_for_the_app(self) -> None:
        """Poll databases without the app in which calls were measured since.

        It was installed in the meantime: their totals must not be retired.
        """
        waiting = map(self._collector.current_name, self._collector.waiting())
        for db in self._without_app & set(waiting):
            self._without_app.discard(db)
            self._attempt(db, self._poll)

    def _has_another_number(self, db: str, oid: int) -> bool:
        """Return whether a name had another database when it was last searched for."""
        return self._collector.number_of(db) not in (None, oid)

    def _delete_messages(self, existing: Mapping[str, int]) -> None:
        folder = self._collector.folder
        reachable = {
            db
            for db in outbox.databases(folder)
            if self._collector.current_name(db) in existing
        }
        numbers = existing.values()
        for db, count in outbox.delete_gone(folder, reachable, numbers).items():
            _logger.warning("%s is gone: %s messages for it are deleted", db, count)

    def _databases(self) -> set[str]:
        """Return the databases to poll: served by this server, or measured here.

        Without ``db_name``, a server serves every database that Odoo's role owns.
        Another server, with other databases, may record into the same folder.
        """
        ours = config["db_name"] or self._served
        with_messages = map(
            self._collector.current_name, outbox.databases(self._collector.folder)
        )
        return {
            *ours,
            *self._collector.measured(),
            *with_messages,
            *self._renamed,
            *self._without_app,
        }

    def _poll(self, db: str) -> None:
        with connected(db, SECONDS_OF_A_POLL) as connection:
            if not _has_table(connection, "reliability_lease"):
                self._forget(db)
                if not _has_table(connection, "reliability_operation"):
                    self._without_app.add(db)  # else it is of an older version
                self._next_attempt[db] = time.monotonic() + _SECONDS_UNTIL_NEXT_ATTEMPT
                return
            self._without_app.discard(db)
            with self._in_time(db):
                self._poll_connected(db, connection)

    @contextlib.contextmanager
    def _in_time(self, db: str) -> Iterator[None]:
        """Leave the rest of the block for the next poll if it takes too long."""
        name = f"{db} in time"
        try:
            yield
        except OutOfTime as error:
            self._warn_once(name, error)
        else:
            self._problems.pop(name, None)

    def _poll_connected(self, db: str, connection: Any) -> None:
        oid = number_of(connection)
        if self._has_another_number(db, oid):
            self._next_search = 0.0
            self._search(db)
        if self._has_another_number(db, oid):
            return  # it is being renamed right now
        self._read_settings(db, connection)
        self._do_tasks(db, connection)
        self._writer.deliver(db, oid, connection)
        self._writer.record_poll(connection)
        self._deliver_messages(db, oid, connection)
        self._read_gauges(db, connection)
        self._reached.add(db)

    def _deliver_messages(self, db: str, oid: int, connection: Any) -> None:
        """Deliver the messages for a database, and tell it which it does not have.

        Also which leases have ended, before the maintenance functions: they must
        presume nothing of an attempt whose message waits here.
        """
        folder = self._collector.folder
        # Read first: what a dead worker has stored before is delivered next.
        ended_leases = self._collector.ended_leases()
        names = [
            name
            for name in outbox.databases(folder)
            if self._collector.current_name(name) == db
        ]
        deleted = outbox.deliver_set_apart(folder, oid, connection)
        for name in names:
            deleted += outbox.deliver(folder, name, connection)
        self._collector.count_undelivered(deleted)
        source = self._collector.source
        if source and _has_table(connection, report.TABLE):
            waiting = outbox.waiting(folder, oid, *names)
            report.send(connection, source, self._host, ended_leases, waiting)

    def _do_tasks(self, db: str, connection: Any) -> None:
        """Do the tasks in a database; one that fails does not stop the others."""
        for task in self._tasks:
            try:
                task.poll(db, connection)
            except OutOfTime:
                raise
            except Exception as error:
                if connection.closed:
                    raise
                self._warn_once(f"{db}, {type(task).__name__}", error)

    def _read_settings(self, db: str, connection: Any) -> None:
        with transaction(connection) as cr:
            text = token_origin.parameters(cr, MAX_SERIES_OF_A_FAMILY.key)
            token = token_origin.renewed(cr)
        max_series = MAX_SERIES_OF_A_FAMILY.parse(text[MAX_SERIES_OF_A_FAMILY.key])
        self._collector.set_max_series(db, max_series)
        opens = token is not None and self._collector.claim(
            token.digest,
            server_of(connection),
            token.origin.oid,
            token.origin.confirmed,
        )
        self._set_token(db, token.digest if opens else "")
        if token is not None and not opens:
            self._access.refused |= {db}

    def _read_gauges(self, db: str, connection: Any) -> None:
        """Read gauges, less often where that takes long."""
        started = time.monotonic()
        if started < self._next_gauges.get(db, 0.0):
            return
        with transaction(connection) as cr:
            has_lease = gauges.has_lease(cr, self._collector.source)
        sheet = None
        if has_lease:
            read = boot_time()
            sheet = GaugeSheet(read, gauges.read(connection))
        self._collector.set_gauges(db, sheet)
        took = time.monotonic() - started
        if has_lease:
            maintenance.run(connection)
        self._next_gauges[db] = started + min(20 * took, _MAX_SECONDS_BETWEEN_GAUGES)

    def _forget(self, db: str) -> None:
        """Forget the token and the gauges of a database without the app."""
        self._set_token(db, "")
        self._collector.set_gauges(db, None)

    def _set_token(self, db: str, digest: str) -> None:
        databases = {**self._access.databases, db: digest}
        self._access.databases = {name: key for name, key in databases.items() if key}
        self._access.refused -= {db}

    def _take_snapshot(self, _name: str) -> None:
        snapshot.take(self._collector.folder, self._collector, self._access)

    def _attempt(self, name: str, action: Callable[[str], None]) -> bool:
        """Do something; return whether it succeeded, and warn once if it did not."""
        try:
            action(name)
        except Exception as error:
            self._warn_once(name, error)
            return False
        self._problems.pop(name, None)
        return True

    def _warn_once(self, name: str, error: Exception) -> None:
        if self._problems.get(name) != str(error):
            self._problems[name] = str(error)
            _logger.warning("Reliability cannot poll %s: %s", name, error)


def _has_table(connection: Any, name: str) -> bool:
    with transaction(connection) as cr:
        cr.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{name}"])
        return cr.fetchone()[0]
