"""Recording what this process does, without SQL and without waiting for anybody.

A process has one recorder.  It leases a slot when it first has something to record,
and again after a fork, in the child.  Where no slot can be had (storage full or
read-only) it says so once, counts what it lets pass, and tries again later.
"""

import logging
import os
import threading
from collections import Counter, deque
from pathlib import Path

from ..events import Event, Series, beyond_cap
from ..families import registered
from . import lease
from .file import COMMITTING, FREE, IN_FLIGHT_ENTRIES, RETURNED, SlotFile

_logger = logging.getLogger(__name__)

MAX_SERIES = 1000
"""Of one family in one database."""

_SECONDS_BETWEEN_LOOKS = 10.0
_ROOM_FOR_OTHERS = 16 * 1024  # bytes; the series ``other`` of about 150 databases


class Ticket:
    """A call that was taken down in the in-flight table, to be given back.

    ``entry`` is ``None`` where the table was full, ``slot`` once it was given back.
    """

    __slots__ = ("slot", "entry", "call", "series")

    def __init__(self, slot: SlotFile, entry: int | None, call: int, series: int):
        self.slot: SlotFile | None = slot
        self.entry = entry
        self.call = call
        self.series = series


class Recorder:
    """The one writer of this process.

    :param folder: where the slots of this server are
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._forget()
        os.register_at_fork(after_in_child=self._after_fork)

    def begin(
        self, series: Series, records: int = 1, record_id: int = 0, depth: int = 0
    ) -> Ticket | None:
        """Note that a call begins; ``None`` where it cannot be recorded."""
        with self._lock:
            now = lease.boot_time()
            slot = self._slot if now < self._look_again else self._current_slot()
            if slot is None:
                self._let_pass += 1
                return None
            number = self._numbers.get(series)
            if number is None:
                number = self._number_of(series)
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
        """Note that the method is over and its transaction is not."""
        self._enter(ticket, RETURNED)

    def committing(self, ticket: Ticket) -> None:
        """Note that COMMIT is about to be sent: from here on nobody can tell."""
        self._enter(ticket, COMMITTING)

    def relabel(self, ticket: Ticket, series: Series) -> None:
        """Let a call be of another series than it began with, also if it is killed."""
        with self._lock:
            number = self._number_of(series) if self._holds(ticket) else None
            if number is not None:
                ticket.series = number
                if ticket.entry is not None:
                    ticket.slot.relabel(ticket.entry, number)

    def finish(self, ticket: Ticket, event: Event) -> None:
        """Append the event of a call, then forget the call.

        ``event.series`` and ``event.call`` are the ticket's.
        """
        with self._lock:
            # The garbage collector may close a cursor, and so finish a call, while
            # this thread is appending: that event waits for its turn.
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

    def forget(self, ticket: Ticket) -> None:
        """Forget a call without an event."""
        with self._lock:
            if self._holds(ticket):
                self._release(ticket)
            ticket.slot = ticket.entry = None

    def count(self, reason: str, times: int = 1) -> None:
        """Count what could not be recorded; ``reason`` is one of :data:`DROPS`."""
        with self._lock:
            slot = self._current_slot()
            if slot is not None:
                slot.count_drop(reason, times)
            else:
                self._let_pass += times

    def serve(self, requests: int) -> None:
        """Say how many requests this process serves at a time, from now on."""
        with self._lock:
            self._serves = requests
            slot = self._current_slot()
            if slot is not None:
                slot.serves = requests

    def close(self) -> None:
        """Give the slot back; the next call leases one again."""
        with self._lock:
            self._let_go()
            self._look_again = 0.0

    def _append(self, ticket: Ticket, event: Event) -> None:
        if self._holds(ticket):
            self._slot.append(event)
            self._release(ticket)

    def _release(self, ticket: Ticket) -> None:
        """Free the entry of a call; it is another call's next."""
        if ticket.entry is not None:
            ticket.slot.enter(ticket.entry, FREE)
            self._free.append(ticket.entry)
        ticket.slot = ticket.entry = None

    def _enter(self, ticket: Ticket, phase: int) -> None:
        # As in _holds, without its call: this is done twice for each call.
        if ticket.entry is not None and ticket.slot is self._slot:
            self._slot.enter(ticket.entry, phase)

    def _holds(self, ticket: Ticket) -> bool:
        """Say whether a ticket is open, and ours: not begun before a fork."""
        return ticket.slot is not None and ticket.slot is self._slot

    def _current_slot(self) -> SlotFile | None:
        """Return our slot, now and then making sure that it is still there."""
        now = lease.boot_time()
        if now < self._look_again:
            return self._slot
        self._look_again = now + _SECONDS_BETWEEN_LOOKS
        if self._slot is None or os.fstat(self._slot.fd).st_nlink == 0:
            self._let_go()  # if its file was deleted: nobody would read it any more
            self._lease()
        return self._slot

    def _let_go(self) -> None:
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.close()

    def _lease(self) -> None:
        try:
            slot = lease.lease(self.folder)
        except OSError as error:
            if not self._let_pass:
                _logger.warning("Reliability records nothing for now: %s", error)
            return
        if self._let_pass:
            _logger.info("Reliability records again, %d were missed", self._let_pass)
            slot.count_drop("switched_off", self._let_pass)
            self._let_pass = 0
        slot.serves = self._serves
        slot.pid = os.getpid()
        self._slot = slot
        self._free = list(reversed(range(IN_FLIGHT_ENTRIES)))  # lowest first
        self._numbers = {}
        self._counts = Counter()
        for series in slot.series()[0]:
            self._remember(series)
        self._families = {
            name
            for name, spec in slot.families.items()
            if spec == registered().get(name)
        }

    def _number_of(self, series: Series) -> int | None:
        """Return the number of a series: its own, or that of ``other`` beyond a cap.

        :return: ``None`` where the dictionary has no room left even for that
        """
        number = self._numbers.get(series)
        if number is not None:
            return number
        if series.family not in self._families:
            if not self._describe(series.family):
                return None
        within_cap = self._counts[series.db, series.family] < MAX_SERIES
        if within_cap and self._slot.append_series(series, spare=_ROOM_FOR_OTHERS):
            return self._remember(series)
        self._slot.count_drop("over_cap")
        other = beyond_cap(series)
        if other not in self._numbers and self._slot.append_series(other):
            self._remember(other)
        return self._numbers.get(other)

    def _describe(self, name: str) -> bool:
        """Say in the slot what a family is, which the collector may not know.

        :return: whether it fitted
        """
        family = registered().get(name)
        if family is None:
            raise LookupError(f"the family {name} is measured but not registered")
        if not self._slot.append_family(family):
            return False
        self._families.add(name)
        return True

    def _remember(self, series: Series) -> int:
        number = len(self._numbers)
        self._numbers[series] = number
        self._counts[series.db, series.family] += 1
        return number

    def _forget(self) -> None:
        self._lock = threading.RLock()
        self._slot: SlotFile | None = None
        self._free: list[int] = []
        self._numbers: dict[Series, int] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._families: set[str] = set()
        self._look_again = 0.0
        self._let_pass = 0
        self._serves = 0
        self._finished: deque[tuple[Ticket, Event]] = deque()
        self._appending = False

    def _after_fork(self) -> None:
        """Let go of the parent's slot, whose lock would live as long as our copies."""
        slot = self._slot
        self._forget()
        if slot is not None:
            slot.close()
