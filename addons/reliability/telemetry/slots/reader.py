"""Reading slots while workers go on recording."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from ..events import Event, Series
from . import lease
from .file import LEFT_OUT, RUNNING, InFlight, SlotFile, Unusable

# A slot whose dictionary is fuller than this is retired, not leased again: most of its
# series belong to databases and warehouses that do not exist any more.
_RETIRE_ABOVE = 0.5


@dataclass
class Position:
    """The position up to which a slot was read.

    :ivar events: number of events read, of all that were ever appended
    :ivar drops: reason → drop counter of its header
    """

    events: int = 0
    drops: dict[str, int] = field(default_factory=dict)


@dataclass
class Reading:
    """The result of one reading of a slot.

    :ivar events: pairs of a series and its event
    :ivar drops: reason → number of drops since the last reading
    """

    events: list[tuple[Series, Event]]
    drops: dict[str, int]


class SlotReader:
    """Reads one slot file.

    :ivar identity: the unique name of the file
    :ivar is_held: whether a process leased the slot, at the last check
    :ivar ended_leases: number of the last lease that had ended then: the processes of
        this lease and of all before are dead, or have given the slot back
    :raise Unusable, OSError: the file is not (or not yet) a slot
    """

    def __init__(self, path: Path):
        self.path = path
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            self._slot = SlotFile(fd)
        except BaseException:
            os.close(fd)
            raise
        self.identity = self._slot.identity
        self.is_held = True
        self.ended_leases = 0
        self._series: list[Series] = []
        self._series_end = 0

    def end_position(self) -> Position:
        """Return the position after all events and drops of the slot."""
        return Position(self._slot.head, self._slot.drops())

    def is_current(self) -> bool:
        """Return whether the file is still in the folder, under its name."""
        return lease.is_at(self._slot.fd, self.path)

    def recover_if_left(self) -> None:
        """Recover the slot if no process holds it."""
        with lease.try_lock(self._slot.fd) as free:
            self.is_held = not free
            # A process that has the lock and has not counted its lease yet: one less
            # is told than has ended.
            self.ended_leases = max(0, self._slot.leases - self.is_held)
            if free:
                lease.recover(self._slot)

    def retire_if_left(self, position: Position) -> bool:
        """Delete the file if no process holds it, all is read and it is worn out.

        :return: whether it was deleted
        """
        if self._slot.dictionary_use <= _RETIRE_ABOVE:
            return False
        with lease.try_lock_path(self.path) as free:
            finished = position == self.end_position()
            if not free or not finished or any(self._slot.in_flight()):
                return False
            self.path.unlink()
            return True

    def read(self, position: Position) -> Reading:
        """Return events and drops since ``position``, and advance ``position``."""
        events, lost, head = self._slot.read(position.events)
        self._read_series()
        known = [
            (self._series[event.series], event)
            for event in events
            if event.series < len(self._series)
        ]
        drops = self._slot.drops()
        dropped = {
            reason: count - position.drops.get(reason, 0)
            for reason, count in drops.items()
        }
        dropped["unread"] = lost + len(events) - len(known)
        position.events, position.drops = head, drops
        return Reading(known, dropped)

    @property
    def capacity(self) -> int:
        """The number of requests that the process of the slot can serve at a time."""
        return self._slot.capacity if self.is_held else 0

    @property
    def pid(self) -> int:
        """The process that holds the slot; 0 if none does, or it is not known."""
        return self._slot.pid if self.is_held else 0

    def running(self) -> list[Series]:
        """Return the series of each call that is inside its method now."""
        return [
            series
            for series, entry in self.in_flight()
            if entry.phase in (RUNNING, LEFT_OUT)
        ]

    def in_flight(self) -> list[tuple[Series, InFlight]]:
        """Return each call whose outcome is open, with its series.

        A call whose series was not read yet is left out: a damaged slot must not make a
        scrape fail.
        """
        return [
            (self._series[entry.series], entry)
            for entry in self._slot.in_flight()
            if entry.series < len(self._series)
        ]

    def close(self) -> None:
        self._slot.close()

    def _read_series(self) -> None:
        new, self._series_end = self._slot.series(self._series_end)
        self._series += new


def open_slots(folder: Path, readers: dict[Path, SlotReader]) -> int:
    """Update ``readers`` to the slot files in ``folder``.

    :return: number of files that were quarantined
    """
    quarantined = 0
    for path, reader in list(readers.items()):
        if not reader.is_current():
            readers.pop(path).close()
    for path in lease.slot_paths(folder):
        if path not in readers:
            try:
                readers[path] = SlotReader(path)
            except OSError:
                continue  # it was deleted meanwhile, or is not a file
            except Unusable as error:
                quarantined += quarantine_if_left(path, error)
    return quarantined


def quarantine_if_left(path: Path, reason: Unusable) -> bool:
    """Quarantine an unusable file if no worker holds it; return whether it was done.

    An empty file stays: a worker is about to fill it.
    """
    with lease.try_lock_path(path) as free:
        left = free and path.stat().st_size > 0
        if left:
            lease.quarantine(path, reason)
        return left
