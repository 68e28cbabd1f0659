"""Reading all slots of this host, adding up, and remembering.

One collector leads, the one that holds ``collector.lock``; others, such as the one of
a server that is just being reloaded, wait their turn.  What a scrape sees was saved
before, so counters do not fall when the collector is killed.
"""

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from prometheus_client.core import Metric

from ..telemetry import families
from ..telemetry.activity import Activity
from ..telemetry.events import Series
from ..telemetry.exposition import (
    GaugeSheet,
    Histograms,
    Memory,
    SelfCheck,
    Workers,
    family_metrics,
    gauge_families,
    self_check_families,
    worker_families,
)
from ..telemetry.rollup import MAX_SLOWEST, Batch, gather
from ..telemetry.slots import lease
from ..telemetry.slots.file import Unusable
from ..telemetry.slots.reader import (
    Position,
    SlotReader,
    open_slots,
    quarantine_if_left,
)
from ..telemetry.top_calls import TopCalls
from ..telemetry.totals import Totals
from .state import State

_logger = logging.getLogger(__name__)

SECONDS_GAUGES_HOLD = 45.0
"""A database that does not tell its facts anew is not known to be as it was.  And it is
less than the time after which another host may tell them."""


class Collector:
    """Follows the slots in ``folder``; a collector of prometheus_client.

    Call :meth:`cycle` about once a second, from one thread; :meth:`collect` from any.

    :ivar enabled: what it says of whether this server is measured
    :ivar host_metrics: what yields further metrics of this host
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._started = time.time()
        self._access = threading.Lock()
        self._lock_fd: int | None = None
        self._state: State | None = None
        self._totals = Totals()
        self._places: dict[str, Position] = {}
        self._unsaved: dict[str, Batch] = {}
        self._slowest = TopCalls(MAX_SLOWEST)
        self._waiting: dict[str, int] = {}
        self._memory = Memory()
        self._sheets: dict[str, GaugeSheet] = {}
        self._most_series: dict[str, int] = {}
        self._readers: dict[Path, SlotReader] = {}
        self._damaged: set[Path] = set()
        self._cycle_seconds = 0.0
        self._saved = False
        self._trouble = ""
        self.enabled = True
        self.host_metrics: list[Callable[[], Iterable[Metric]]] = []

    def cycle(self) -> bool:
        """Read what is new, save it, and say whether we lead.

        Trouble with storage is logged once, and the next cycle tries again.
        """
        started = time.perf_counter()
        with self._access:
            try:
                if not self._lead():
                    return False
                self._read_slots()
                self._save()
                self._waiting = self._state.waiting_now()
                self._retire_slots()
                self._keep_spare_slots()
                self._trouble = ""
            except (OSError, sqlite3.Error) as error:
                self._saved = False
                self._warn_once(error)
                if _is_damage(error):
                    self._step_down()  # to open it anew, or to begin anew
            self._cycle_seconds = time.perf_counter() - started
            return self.leads

    @property
    def leads(self) -> bool:
        """Whether this collector is the one that reads and is scraped."""
        return self._state is not None

    @property
    def source(self) -> str:
        """A name that no other collector has; empty where another leads."""
        with self._access:
            return self._state.source if self._state else ""

    def collect(self) -> Iterator[Metric]:
        """Return all metric families, as of the last cycle."""
        return self.families()

    def families(self, db: str = "") -> Iterator[Metric]:
        """Return the metric families of :meth:`page`, for prometheus_client."""
        for family in self.page(db):
            yield family.metric() if isinstance(family, Histograms) else family

    def page(self, db: str = "") -> list[Metric | Histograms]:
        """Return what ``/metrics`` shows, of one database or of everything here.

        :param db: a database; then nothing is told of others, nor of this host
        """
        with self._access:
            running = self._running()
            fresh = lease.boot_time() - SECONDS_GAUGES_HOLD
            sheets = {of: it for of, it in self._sheets.items() if it.read > fresh}
            totals = self._totals
            if db:
                running = [series for series in running if series.db == db]
                sheets = {of: it for of, it in sheets.items() if of == db}
                totals = totals.of(db)
            specs = families.known().values()
            shown = [*family_metrics(specs, totals, running, self._memory)]
            if not db:
                shown += worker_families(self._workers(running))
                for metrics in self.host_metrics:
                    shown += metrics()
                shown += self_check_families(totals, self._health())
                self._memory.forget_unused()
        taken = [metric.name for metric in shown]
        return [*shown, *gauge_families(sheets, taken)]

    def workers(self) -> Workers:
        """Return who serves requests on this host now."""
        with self._access:
            return self._workers(self._running())

    def _running(self) -> list[Series]:
        return [of for reader in self._readers.values() for of in reader.running()]

    def _workers(self, running: list[Series]) -> Workers:
        serving = sum(reader.serves for reader in self._readers.values())
        return Workers.count(serving, running)

    def activities(self) -> dict[int, list[Activity]]:
        """Return what each process of this host is inside of: pid → calls."""
        now = lease.boot_time()
        with self._access:
            return {
                reader.pid: [
                    Activity(series, now - entry.started, entry.depth)
                    for series, entry in reader.in_flight()
                ]
                for reader in self._readers.values()
                if reader.pid
            }

    def _health(self) -> SelfCheck:
        return SelfCheck(
            slots=len(self._readers),
            cycle_seconds=self._cycle_seconds,
            saved=self._saved,
            started=self._started,
            enabled=self.enabled,
            waiting=self._waiting,
        )

    def set_gauges(self, db: str, sheet: GaugeSheet | None) -> None:
        """Take what a database says of itself; nothing where another host tells it."""
        with self._access:
            self._sheets.pop(db, None)
            if sheet is not None:
                self._sheets[db] = sheet

    def limit(self, db: str, max_series: int) -> None:
        """Set how many series of each family are told apart in a database."""
        with self._access:
            self._most_series[db] = max_series
            self._totals.max_series = self._most_series

    def find(self, existing: Mapping[str, int]) -> None:
        """Retire what is shown of databases that exist no more, or not by this name.

        :param existing: name → oid of every database that there is, see
            :meth:`State.find`
        """
        with self._access:
            if self._state is None:
                return
            for db, lost in self._state.find(existing, time.time()).items():
                self._totals.retire(db)
                self._sheets.pop(db, None)
                self._totals.drop({"undelivered": lost})

    def waiting(self) -> list[str]:
        """Return the databases that batches wait for; none where another leads."""
        with self._access:
            waiting = self._state.waiting() if self._state else {}
        return [db for db, count in waiting.items() if count]

    def measured(self) -> set[str]:
        """Return what databases are called now that were ever measured here.

        Without those that are gone; none where another leads.
        """
        with self._access:
            return set(self._state.waiting_now()) if self._state else set()

    def waiting_batches(self) -> dict[str, int]:
        """Return how many batches wait for each database, as of the last cycle."""
        return dict(self._waiting)

    def pending(self, db: str) -> tuple[str, list[tuple[int, str]]]:
        """Return our name as a source of a database, and what waits for it.

        :return: batches as :meth:`Batch.dumps` gave them, each with its number first
        """
        with self._access:
            if self._state is None:
                return "", []
            # A copy of a database knows our numbers for the original, not its own.
            return f"{self._state.source}/{db}", self._state.pending(db)

    def address(self, db: str) -> str:
        """Return what a database is called by now."""
        with self._access:
            return self._state.address(db) if self._state else db

    def attempt(self, db: str, number: int) -> int | None:
        """Note that batches are about to be delivered, see :meth:`State.attempt`.

        :return: for :meth:`refused`; ``None`` where it is not noted, since another
            collector leads by now, which may merge them
        """
        with self._access:
            return self._state.attempt(db, number) if self._state else None

    def refused(self, db: str, before: int) -> None:
        """Note that a database has not taken batches, see :meth:`State.refused`."""
        with self._access:
            if self._state is not None:
                self._state.refused(db, before)

    def delivered(self, db: str, number: int) -> None:
        """Forget batches that their database has."""
        with self._access:
            if self._state is not None:
                self._state.delivered(db, number)

    def close(self) -> None:
        """Let another collector lead."""
        with self._access:
            self._step_down()

    def _lead(self) -> bool:
        """Take the lead if it is free; keep it while our lock is the one in force."""
        path = self.folder / "collector.lock"
        if self._lock_fd is not None and not lease.is_at(self._lock_fd, path):
            self._step_down()  # the folder was emptied: begin anew
        if self._lock_fd is None:
            lease.prepare_folder(self.folder)
            self._lock_fd = lease.open_locked(path, os.O_RDWR | os.O_CREAT)
        if self._lock_fd is not None and self._state is None:
            self._state = State(self.folder / "collector.sqlite")
            self._totals, self._places = self._state.totals, self._state.places
            self._totals.max_series = self._most_series
            self._saved = False
            if self._state.begins_anew:
                self._skip_what_was_counted()
        return self.leads

    def _skip_what_was_counted(self) -> None:
        open_slots(self.folder, self._readers)
        for reader in self._readers.values():
            self._places[reader.identity] = reader.at_the_end()

    def _step_down(self) -> None:
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()
        self._unsaved = {}
        if self._state is not None:
            self._state.close()
            self._state = None
        if self._lock_fd is not None:
            os.close(self._lock_fd)
            self._lock_fd = None

    def _read_slots(self) -> None:
        for path, reader in list(self._readers.items()):
            if not reader.is_current():
                # A worker of another version has set it aside: a last time, then.
                self._read_slot(path, reader)
        self._totals.drop({"unread": open_slots(self.folder, self._readers)})
        for path, reader in list(self._readers.items()):
            self._read_slot(path, reader)

    def _read_slot(self, path: Path, reader: SlotReader) -> None:
        place = self._places.setdefault(reader.identity, Position())
        try:
            reader.recover_if_left()
            batch = reader.read(place)
        except Unusable as error:
            self._give_up(path, reader, error)
            return
        counted = self._totals.add(batch.events)
        lost = gather(self._unsaved, counted, self._slowest)
        self._totals.drop({**batch.drops, "undelivered": lost})

    def _give_up(self, path: Path, reader: SlotReader, reason: Unusable) -> None:
        """Stop reading a damaged slot, and set it aside once its worker has gone."""
        if path not in self._damaged:
            self._damaged.add(path)
            self._totals.drop({"unread": 1})
            _logger.warning("%s cannot be read any more: %s", path, reason)
        # Another may be there by now, which is not damaged.
        if reader.is_current() and quarantine_if_left(path, reason):
            self._damaged.discard(path)

    def _save(self) -> None:
        known = {reader.identity for reader in self._readers.values()}
        for identity in self._places.keys() - known:
            del self._places[identity]
        if self._totals.changed or self._totals.unsaved_drops or not self._saved:
            self._state.save(self._totals, self._places, self._unsaved)
            self._unsaved = {}
            self._saved = True

    def _retire_slots(self) -> None:
        for path, reader in list(self._readers.items()):
            if reader.retire_if_left(self._places[reader.identity]):
                self._readers.pop(path).close()

    def _keep_spare_slots(self) -> None:
        """Have as many free slots as are in use: new workers, such as all those of a
        server that is reloaded, find room while storage is full."""
        in_use = sum(reader.is_held for reader in self._readers.values())
        if len(self._readers) < 2 * in_use:
            with contextlib.suppress(OSError):  # then in another cycle
                lease.make_spare(self.folder, self._readers)

    def _warn_once(self, error: Exception) -> None:
        if str(error) != self._trouble:
            self._trouble = str(error)
            _logger.warning("Reliability's collector cannot save: %s", error)


def _is_damage(error: Exception) -> bool:
    """Say whether the state file cannot be used any more, instead of for now."""
    is_sqlite = isinstance(error, sqlite3.DatabaseError)
    return is_sqlite and not isinstance(error, sqlite3.OperationalError)
