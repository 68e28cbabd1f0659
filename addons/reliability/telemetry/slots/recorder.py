"""Recording the calls of this process, without SQL and without waiting.

A process has one recorder.  It leases a slot before the first call, and after a fork
again, in the child.  While it has no slot (storage full or read-only), it logs one
warning, gives notice to the collector, counts the missed calls, and tries again every
ten seconds.
"""

import logging
import os
import threading
from collections import Counter, deque
from pathlib import Path

from ..detail import Detail
from ..events import Event, Series, beyond_cap
from ..families import all_labels, registered
from . import lease
from .file import (
    COMMITTING,
    FREE,
    IN_FLIGHT_ENTRIES,
    LEFT_OUT,
    RETURNED,
    RING_EVENTS,
    SlotFile,
)
from .without_slot import Notice

_logger = logging.getLogger(__name__)

MAX_SERIES = 1000
"""The largest number of series of one family in one database."""

_SECONDS_BETWEEN_CHECKS = 10.0
_RESERVED_BYTES = 16 * 1024  # for the series ``other`` of about 150 databases
_MAX_DETAIL_EVENTS = RING_EVENTS // 4
"""Of the ring, for details in one second: the collector reads it each second, and an
event is worth more than a detail."""


class Ticket:
    """A call that has begun: the recorder needs it to end the call.

    :ivar slot: the slot that records the call; ``None`` after its end
    :ivar entry: its entry in the in-flight table; ``None`` if the table was full
    :ivar call, series: the numbers of the call and of its series in the slot
    """

    __slots__ = ("slot", "entry", "call", "series")

    def __init__(self, slot: SlotFile, entry: int | None, call: int, series: int):
        self.slot: SlotFile | None = slot
        self.entry = entry
        self.call = call
        self.series = series


class Recorder:
    """Records the calls of this process into its slot.

    :param folder: the folder with the slots of this server
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._reset()
        os.register_at_fork(after_in_child=self._after_fork)

    def begin(
        self, series: Series, records: int = 1, record_id: int = 0, depth: int = 0
    ) -> Ticket | None:
        """Record that a call begins; return ``None`` if it cannot be recorded."""
        with self._lock:
            now = lease.boot_time()
            slot = self._slot if now < self._next_check else self._current_slot()
            if slot is None:
                self._missed += 1
                return None
            number = self._numbers.get(series)
            if number is None or series.family not in self._families:
                number = self._series_number(series)
            if number is None:
                slot.count_drop("no_room")
                return None
            call = slot.next_call()
            ticket = Ticket(slot, None, call, number)
            if self._free:
                ticket.entry = entry = self._free.pop()
                slot.begin_entry(entry, call, number, now, record_id, records, depth)
            else:
                slot.count_drop("unprotected")
            return ticket

    def returned(self, ticket: Ticket) -> None:
        """Record that the method has returned and its transaction goes on."""
        self._set_phase(ticket, RETURNED)

    def committing(self, ticket: Ticket) -> None:
        """Record that COMMIT is about to be sent: a kill leaves the outcome unknown."""
        self._set_phase(ticket, COMMITTING)

    def leave_out(self, ticket: Ticket) -> None:
        """Record nothing of a call if it is killed; its worker is busy all the same."""
        self._set_phase(ticket, LEFT_OUT)

    def relabel(self, ticket: Ticket, series: Series) -> None:
        """Record a call under another series from now on, also if it is killed."""
        with self._lock:
            number = self._series_number(series) if self._is_open(ticket) else None
            if number is not None:
                ticket.series = number
                if ticket.entry is not None:
                    ticket.slot.relabel(ticket.entry, number)

    def finish(self, ticket: Ticket, event: Event) -> None:
        """Append the event of a call and end the call.

        :param event: its ``series`` and ``call`` are the numbers of the ticket
        """
        with self._lock:
            # The garbage collector may close a cursor, and so finish a call, while
            # this thread is appending: that event is appended afterwards.
            if self._appending:
                self._finished.append((ticket, event))
                return
            self._appending = True
            try:
                self._append(ticket, event)
                while self._finished:
                    self._append(*self._finished.popleft())
            finally:
                self._appending = False

    def explain(self, ticket: Ticket, detail: Detail) -> None:
        """Write the detail of a call that has no event yet.

        Only failed, rejected and slow calls have one.  It is left out if too many were
        written within the last second.
        """
        content = detail.dumps()
        count = SlotFile.events_of_detail(content)
        with self._lock:
            if self._appending or not self._is_open(ticket):
                return
            second = int(lease.boot_time())
            if second != self._second:
                self._second, self._detail_events = second, 0
            if self._detail_events + count > _MAX_DETAIL_EVENTS:
                return
            self._detail_events += count
            self._appending = True
            try:
                self._slot.append_detail(ticket.call, content)
                while self._finished:
                    self._append(*self._finished.popleft())
            finally:
                self._appending = False

    def forget(self, ticket: Ticket) -> None:
        """End a call without an event."""
        with self._lock:
            if self._is_open(ticket):
                self._release(ticket)
            ticket.slot = ticket.entry = None

    def count(self, reason: str, times: int = 1) -> None:
        """Add to a drop counter; ``reason`` is one of :data:`.file.DROPS`."""
        with self._lock:
            slot = self._current_slot()
            if slot is not None:
                slot.count_drop(reason, times)
            else:
                self._missed += times

    def set_capacity(self, requests: int) -> None:
        """Store the number of requests that this process can serve at a time."""
        with self._lock:
            self._capacity = requests
            slot = self._current_slot()
            if slot is not None:
                slot.capacity = requests

    @property
    def lease(self) -> str:
        """The name of our lease, ``<identity of the slot>/<number>``, or empty.

        By it the collector knows whether this process lives, see :mod:`.lease`.
        """
        with self._lock:
            slot = self._current_slot()
            return f"{slot.identity}/{slot.leases}" if slot is not None else ""

    def close(self) -> None:
        """Give the slot back; the next call leases a slot again."""
        with self._lock:
            self._close_slot()
            self._notice.withdraw()
            self._next_check = 0.0

    def _append(self, ticket: Ticket, event: Event) -> None:
        if self._is_open(ticket):
            self._slot.append(event)
            self._release(ticket)

    def _release(self, ticket: Ticket) -> None:
        """Free the entry of a call for another one."""
        if ticket.entry is not None:
            ticket.slot.set_phase(ticket.entry, FREE)
            self._free.append(ticket.entry)
        ticket.slot = ticket.entry = None

    def _set_phase(self, ticket: Ticket, phase: int) -> None:
        # The check of _is_open without calling it: this runs twice for each call.
        if ticket.entry is not None and ticket.slot is self._slot:
            self._slot.set_phase(ticket.entry, phase)

    def _is_open(self, ticket: Ticket) -> bool:
        """Return whether a call is open in our slot: it did not begin before a fork."""
        return ticket.slot is not None and ticket.slot is self._slot

    def _current_slot(self) -> SlotFile | None:
        """Return our slot; check every ten seconds that its file still exists."""
        now = lease.boot_time()
        if now < self._next_check:
            return self._slot
        self._next_check = now + _SECONDS_BETWEEN_CHECKS
        if self._slot is None or os.fstat(self._slot.fd).st_nlink == 0:
            self._close_slot()  # a deleted file would not be read any more
            self._lease_slot()
        return self._slot

    def _close_slot(self) -> None:
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.close()

    def _lease_slot(self) -> None:
        try:
            slot = lease.lease(self.folder)
        except OSError as error:
            if not self._missed:
                _logger.warning("Reliability records nothing for now: %s", error)
            self._notice.give(self.folder)
            return
        self._notice.withdraw()
        if self._missed:
            _logger.info("Reliability records again; calls missed: %d", self._missed)
            slot.count_drop("switched_off", self._missed)
            self._missed = 0
        slot.capacity = self._capacity
        slot.pid = os.getpid()
        self._slot = slot
        self._free = list(reversed(range(IN_FLIGHT_ENTRIES)))  # lowest first
        self._numbers, self._next_number = {}, 0
        self._counts = Counter()
        self._families = set()
        for family, db, labels, threshold in slot.series()[0]:
            labels = all_labels(family, labels)
            self._add_number(Series(family, db, labels, threshold))

    def _series_number(self, series: Series) -> int | None:
        """Return the number of a series: its own, or that of ``other`` beyond the cap.

        :return: ``None`` if the dictionary has no room even for ``other``
        """
        is_described = series.family in self._families
        is_described = is_described or self._append_family(series.family)
        number = self._numbers.get(series)
        if number is not None or not is_described:
            return number
        within_cap = self._counts[series.db, series.family] < MAX_SERIES
        if within_cap and self._slot.append_series(series, spare=_RESERVED_BYTES):
            return self._add_number(series)
        self._slot.count_drop("over_cap")
        other = beyond_cap(series)
        if other not in self._numbers and self._slot.append_series(other):
            self._add_number(other)
        return self._numbers.get(other)

    def _append_family(self, name: str) -> bool:
        """Write the spec of a family into the slot: the collector may not know it.

        :return: whether there was room
        """
        family = registered().get(name)
        if family is None:
            raise LookupError(f"the family {name} is measured but not registered")
        is_current = self._slot.families.get(name) == family
        if not is_current and not self._slot.append_family(family):
            return False
        self._families.add(name)
        return True

    def _add_number(self, series: Series) -> int:
        """Return the next number; an equal series that has one already keeps it."""
        number = self._next_number
        self._next_number += 1
        self._numbers.setdefault(series, number)
        self._counts[series.db, series.family] += 1
        return number

    def _reset(self) -> None:
        self._lock = threading.RLock()
        self._slot: SlotFile | None = None
        self._notice = Notice()
        self._free: list[int] = []
        self._numbers: dict[Series, int] = {}
        self._next_number = 0  # of the series of the slot, also of those that are equal
        self._counts: Counter[tuple[str, str]] = Counter()
        self._families: set[str] = set()
        self._next_check = 0.0
        self._missed = 0
        self._capacity = 0
        self._finished: deque[tuple[Ticket, Event]] = deque()
        self._appending = False
        self._second = self._detail_events = 0  # of details in the ring

    def _after_fork(self) -> None:
        """Close the parent's files in the child: its copies would keep the locks."""
        slot, notice = self._slot, self._notice
        self._reset()
        notice.close()
        if slot is not None:
            slot.close()
