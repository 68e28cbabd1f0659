"""The collector: reads all slots of this host, adds up their events, and saves totals.

One collector leads: the one that holds ``collector.lock``.  Others, such as that of a
server that is being reloaded, wait.  Totals are saved before a scrape shows them, so
counters do not fall when the collector is killed.
"""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from prometheus_client.core import Metric

from ..telemetry import families
from ..telemetry.activity import OUTERMOST, Activity
from ..telemetry.events import Series
from ..telemetry.exposition import (
    GaugeSheet,
    HistogramCache,
    Histograms,
    SelfCheck,
    Workers,
    family_metrics,
    gauge_families,
    self_check_families,
    worker_families,
)
from ..telemetry.masked_log import masked_logger
from ..telemetry.rollup import MAX_SLOWEST, Batch, add_to_batches
from ..telemetry.slots import lease
from ..telemetry.slots.file import Unusable
from ..telemetry.slots.reader import (
    Position,
    SlotReader,
    open_slots,
    quarantine_if_left,
)
from ..telemetry.slots.without_slot import count_without_slot
from ..telemetry.top_calls import TopCallFilter
from ..telemetry.totals import Totals
from .state import State

_logger = masked_logger(__name__)

MAX_GAUGE_AGE = 45.0
"""Seconds for which gauges are shown after they were read: less than the gauge lease,
after which another host may read them."""


class Collector:
    """Collects the events in the slots of a folder; a collector of prometheus_client.

    Call :meth:`cycle` about once a second, always from the same thread.  All other
    methods may be called from any thread.

    :ivar enabled: whether this server is measured, as it is shown on ``/metrics``
    :ivar existing: all databases of PostgreSQL; none until they were searched for
    :ivar host_metrics: functions that yield further metrics of this host
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._started = time.time()
        self._lock = threading.Lock()
        self._page_lock = threading.Lock()  # taken before the other one
        self._lock_fd: int | None = None
        self._state: State | None = None
        self._totals = Totals()
        self._positions: dict[str, Position] = {}
        self._unsaved: dict[str, Batch] = {}
        self._call_filter = TopCallFilter(MAX_SLOWEST)
        self._waiting: dict[str, int] = {}
        self._histogram_cache = HistogramCache()
        self._sheets: dict[str, GaugeSheet] = {}
        self._max_series: dict[str, int] = {}
        self._readers: dict[Path, SlotReader] = {}
        self._ended_leases: dict[str, int] = {}
        self._damaged: set[Path] = set()
        self._cycle_seconds = 0.0
        self._without_slot = 0
        self._saved = False
        self._problem = ""
        self._reported: set[str] = set()  # what was logged of /metrics
        self.enabled = True
        self.existing: frozenset[str] = frozenset()
        self.host_metrics: list[Callable[[], Iterable[Metric]]] = []

    def cycle(self) -> bool:
        """Read new events and save them; return whether this collector leads.

        A problem with storage is logged once, and the next cycle tries again.
        """
        started = time.perf_counter()
        with self._lock:
            try:
                if not self._acquire_lead():
                    return False
                self._without_slot = count_without_slot(self.folder)
                self._read_slots()
                self._save()
                self._waiting = self._state.waiting_by_current_name()
                self._retire_slots()
                self._ensure_spare_slots()
                self._problem = ""
            except (OSError, sqlite3.Error) as error:
                self._saved = False
                self._warn_once(error)
                if _is_damage(error):
                    self._step_down()  # the next cycle opens or replaces it
            self._cycle_seconds = time.perf_counter() - started
            return self.leads

    @property
    def leads(self) -> bool:
        """Whether this collector is the one that reads slots and is scraped."""
        return self._state is not None

    @property
    def source(self) -> str:
        """The unique name of this collector; empty if another one leads."""
        with self._lock:
            return self._state.source if self._state else ""

    def collect(self) -> Iterator[Metric]:
        """Return all metric families, as of the last cycle."""
        return self.metric_families()

    def metric_families(self, db: str = "") -> Iterator[Metric]:
        """Return the metric families of :meth:`page` as prometheus_client's own."""
        for metrics in self.page(db):
            yield metrics.metric() if isinstance(metrics, Histograms) else metrics

    def page(self, db: str = "") -> list[Metric | Histograms]:
        """Return the metric families on ``/metrics``.

        :param db: a database, whose metrics alone are returned; by default, the metrics
            of all databases and of this host
        """
        # Cycles go on meanwhile: they wait for a copy of what has changed, at most.
        with self._page_lock:
            with self._lock:
                running = self._running()
                workers = self._workers(running)
                self_check = self._self_check()
                sheets = dict(self._sheets)
                totals = self._totals.copied(db)
            fresh = lease.boot_time() - MAX_GAUGE_AGE
            sheets = {
                name: sheet
                for name, sheet in sheets.items()
                if sheet.read > fresh and db in ("", name)
            }
            running = [series for series in running if db in ("", series.db)]
            specs = families.known().values()
            shown = [*family_metrics(specs, totals, running, self._histogram_cache)]
            if not db:
                shown += worker_families(workers)
                for metrics in self.host_metrics:
                    shown += self._attempt(metrics)
                shown += self_check_families(totals, self_check)
                self._histogram_cache.remove_unused()
            shown = self._with_unique_names(shown)
        taken = [metric.name for metric in shown]
        return [*shown, *gauge_families(sheets, taken)]

    def knows(self, db: str) -> bool:
        """Return whether a database exists, with or without metrics.

        Until databases were searched for, none is called unknown.
        """
        return not self.existing or db in self.existing or db in self._waiting

    def _attempt(self, metrics: Callable[[], Iterable[Metric]]) -> list[Metric]:
        """Return the metrics of a task; none, logged once, if it fails."""
        try:
            return list(metrics())
        except Exception as error:
            problem = f"{metrics.__qualname__}: {error!r}"
            if problem not in self._reported:
                self._reported.add(problem)
                _logger.exception("/metrics lacks those of %s", metrics.__qualname__)
            return []

    def _with_unique_names(
        self, metrics: Iterable[Metric | Histograms]
    ) -> list[Metric | Histograms]:
        """Return metrics without those whose name is taken, which are logged once.

        Workers of two databases may have addons whose families collide; a scrape in
        which a name comes twice would be refused as a whole.
        """
        shown: dict[str, Metric | Histograms] = {}
        for metric in metrics:
            if shown.setdefault(metric.name, metric) is not metric:
                if metric.name not in self._reported:
                    self._reported.add(metric.name)
                    _logger.error("%s is on /metrics already", metric.name)
        return list(shown.values())

    def workers(self) -> Workers:
        """Return how many requests this host can serve, and serves now."""
        with self._lock:
            return self._workers(self._running())

    def _running(self) -> list[Series]:
        return [
            series for reader in self._readers.values() for series in reader.running()
        ]

    def _workers(self, running: list[Series]) -> Workers:
        serving = sum(reader.capacity for reader in self._readers.values())
        return Workers.count(serving, running)

    def activities(self) -> dict[int, list[Activity]]:
        """Return the activities of each process of this host: pid → activities."""
        now = lease.boot_time()
        with self._lock:
            return {
                reader.pid: [
                    Activity(series, now - entry.started, entry.depth)
                    for series, entry in reader.in_flight()
                ]
                for reader in self._readers.values()
                if reader.pid
            }

    def killed_calls(self) -> int:
        """Return how many requests and scheduled actions of this host were ever killed.

        They are the outermost calls: what they called was killed with them.
        """
        with self._lock:
            return sum(
                total.count
                for key, total in self._totals.by_key.items()
                if key.outcome == "killed" and key.family in OUTERMOST
            )

    def ended_leases(self) -> dict[str, int]:
        """Return the leases of this host's slots that have ended.

        :return: identity of a slot → number of its last lease that has ended, also of
            slots that were retired
        """
        with self._lock:
            return dict(self._ended_leases)

    def count_undelivered(self, messages: int) -> None:
        """Count messages that were deleted, since their database refuses them."""
        with self._lock:
            self._totals.drop({"undelivered": messages})

    def _self_check(self) -> SelfCheck:
        return SelfCheck(
            slots=len(self._readers),
            without_slot=self._without_slot,
            cycle_seconds=self._cycle_seconds,
            saved=self._saved,
            started=self._started,
            enabled=self.enabled,
            waiting=self._waiting,
        )

    def set_gauges(self, db: str, sheet: GaugeSheet | None) -> None:
        """Set the gauges of a database; ``None`` if another host reads them."""
        with self._lock:
            self._sheets.pop(db, None)
            if sheet is not None:
                self._sheets[db] = sheet

    def set_max_series(self, db: str, max_series: int) -> None:
        """Set the largest number of series of each family in a database."""
        with self._lock:
            self._max_series[db] = max_series
            self._totals.max_series = self._max_series

    def reconcile_databases(
        self, existing: Mapping[str, int], without_app: Collection[str] = ()
    ) -> None:
        """Follow databases that were renamed, and retire those that do not exist.

        See :meth:`State.reconcile_databases`.
        """
        self.existing = frozenset(existing)
        with self._lock:
            if self._state is None:
                return
            retired = self._state.reconcile_databases(
                existing, time.time(), without_app
            )
            for db, lost in retired.items():
                self._totals.retire(db)
                self._sheets.pop(db, None)
                self._totals.drop({"undelivered": lost})

    def waiting(self) -> list[str]:
        """Return the databases with waiting batches; none if another one leads."""
        with self._lock:
            waiting = self._state.waiting() if self._state else {}
        return [db for db, count in waiting.items() if count]

    def measured(self) -> set[str]:
        """Return the current names of the existing databases ever measured here.

        There are none if another collector leads.
        """
        with self._lock:
            return set(self._state.waiting_by_current_name() if self._state else ())

    def waiting_batches(self) -> dict[str, int]:
        """Return the number of waiting batches by database, as of the last cycle."""
        return dict(self._waiting)

    def without_slot(self) -> int:
        """Return how many processes could not record, as of the last cycle."""
        return self._without_slot

    def measured_in(self, db: str, oid: int) -> list[str]:
        """Return the names under which waiting batches of a database were measured.

        See :meth:`State.measured_in`; none if another collector leads.
        """
        with self._lock:
            return self._state.measured_in(db, oid) if self._state else []

    def pending(
        self, db: str, oid: int | None = None
    ) -> tuple[str, list[tuple[int, str]]]:
        """Return our name as a source of a database, and its waiting batches.

        :param oid: the number of the database, see :meth:`State.pending`
        :return: the name, and pairs of the number and the JSON of a batch (see
            :meth:`Batch.dumps`)
        """
        with self._lock:
            if self._state is None:
                return "", []
            # A copy of a database has our numbers of the original.
            return f"{self._state.source}/{db}", self._state.pending(db, oid)

    def current_name(self, db: str) -> str:
        """Return the current name of a database that may have been renamed."""
        with self._lock:
            return self._state.current_name(db) if self._state else db

    def number_of(self, db: str) -> int | None:
        """Return the number of the database that last had a name, if it is known."""
        with self._lock:
            return self._state.number_of(db) if self._state else None

    def connected_to(self, address: str, system: str) -> None:
        """Forget the numbers of another server, see :meth:`State.connected_to`."""
        with self._lock:
            if self._state is not None:
                self._state.connected_to(address, system)

    def displaced(self, existing: Mapping[str, int]) -> dict[str, int]:
        """Return names that another database has now, see :meth:`State.displaced`."""
        with self._lock:
            return self._state.displaced(existing) if self._state else {}

    def claim(self, digest: str, server: str, oid: int, confirmed: str) -> bool:
        """Return whether a token opens a database, see :meth:`State.claim`."""
        with self._lock:
            return self._state is not None and self._state.claim(
                digest, server, oid, confirmed
            )

    def attempt(self, db: str, number: int) -> int | None:
        """Record that batches are about to be delivered, see :meth:`State.attempt`.

        :return: the argument of :meth:`refused`; ``None`` if another collector leads by
            now, which may merge the batches
        """
        with self._lock:
            return self._state.attempt(db, number) if self._state else None

    def refused(self, db: str, before: int) -> None:
        """Record that a database has not taken batches, see :meth:`State.refused`."""
        with self._lock:
            if self._state is not None:
                self._state.refused(db, before)

    def delivered(self, db: str, number: int, oid: int | None = None) -> None:
        """Delete the batches up to ``number``, which their database has."""
        with self._lock:
            if self._state is not None:
                self._state.delivered(db, number, oid)

    def close(self) -> None:
        """Step down, so that another collector can lead."""
        with self._lock:
            self._step_down()

    def _acquire_lead(self) -> bool:
        """Lead if no other collector does; return whether we lead.

        We lead as long as the file of our lock is in the folder.
        """
        path = self.folder / "collector.lock"
        if self._lock_fd is not None and not lease.is_at(self._lock_fd, path):
            self._step_down()  # the folder was emptied
        if self._lock_fd is None:
            lease.prepare_folder(self.folder)
            self._lock_fd = lease.open_locked(path, os.O_RDWR | os.O_CREAT)
        if self._lock_fd is not None and self._state is None:
            self._state = State(self.folder / "collector.sqlite")
            self._totals, self._positions = self._state.totals, self._state.positions
            self._totals.max_series = self._max_series
            self._saved = False
            if self._state.is_reset:
                self._skip_counted_events()
        return self.leads

    def _skip_counted_events(self) -> None:
        open_slots(self.folder, self._readers)
        for reader in self._readers.values():
            self._positions[reader.identity] = reader.end_position()

    def _step_down(self) -> None:
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()
        self._ended_leases = {}
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
                # A worker of another version has quarantined it: read it once more.
                self._read_slot(path, reader)
                if reader.is_held:  # nobody will see its lease end
                    del self._ended_leases[reader.identity]
        self._totals.drop({"unread": open_slots(self.folder, self._readers)})
        for path, reader in list(self._readers.items()):
            self._read_slot(path, reader)

    def _read_slot(self, path: Path, reader: SlotReader) -> None:
        position = self._positions.setdefault(reader.identity, Position())
        try:
            reader.recover_if_left()
            reading = reader.read(position)
        except Unusable as error:
            self._quarantine(path, reader, error)
            return
        finally:
            self._ended_leases[reader.identity] = reader.ended_leases
        counted = self._totals.add(reading.events)
        lost = add_to_batches(self._unsaved, counted, self._call_filter)
        self._totals.drop({**reading.drops, "undelivered": lost})

    def _quarantine(self, path: Path, reader: SlotReader, reason: Unusable) -> None:
        """Report a damaged slot once, and quarantine it after the end of its worker."""
        if path not in self._damaged:
            self._damaged.add(path)
            self._totals.drop({"unread": 1})
            _logger.warning("%s cannot be read any more: %s", path, reason)
        # Another slot, which is not damaged, may have its path by now.
        if reader.is_current() and quarantine_if_left(path, reason):
            self._damaged.discard(path)

    def _save(self) -> None:
        known = {reader.identity for reader in self._readers.values()}
        for identity in self._positions.keys() - known:
            del self._positions[identity]
        if self._totals.changed or self._totals.unsaved_drops or not self._saved:
            self._state.save(self._totals, self._positions, self._unsaved)
            self._unsaved = {}
            self._saved = True

    def _retire_slots(self) -> None:
        for path, reader in list(self._readers.items()):
            if reader.retire_if_left(self._positions[reader.identity]):
                self._readers.pop(path).close()

    def _ensure_spare_slots(self) -> None:
        """Make free slots until there are as many as are in use.

        So new workers, such as those of a server that is reloaded, find a slot while
        storage is full.
        """
        in_use = sum(reader.is_held for reader in self._readers.values())
        if len(self._readers) < 2 * in_use:
            with contextlib.suppress(OSError):  # another cycle tries again
                lease.make_spare(self.folder, self._readers)

    def _warn_once(self, error: Exception) -> None:
        if str(error) != self._problem:
            self._problem = str(error)
            _logger.warning("Reliability's collector cannot save: %s", error)


def _is_damage(error: Exception) -> bool:
    """Return whether an error of the state file is permanent."""
    is_sqlite = isinstance(error, sqlite3.DatabaseError)
    return is_sqlite and not isinstance(error, sqlite3.OperationalError)
