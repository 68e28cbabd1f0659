"""Reading what workers recorded, while they go on recording."""

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

from ..events import Event, Series
from . import lease
from .file import RUNNING, InFlight, SlotFile, Unusable

_logger = logging.getLogger(__name__)

# A slot whose dictionary is fuller than this is not leased again: most of what it
# knows is of databases and warehouses that are gone.
_RETIRE_ABOVE = 0.5


@dataclass
class Position:
    """How far a slot was read.

    :ivar events: number of events read, of all it ever appended
    :ivar drops: what its header counted as dropped, by reason
    """

    events: int = 0
    drops: dict[str, int] = field(default_factory=dict)


@dataclass
class Reading:
    """What one reading of a slot brought.

    :ivar events: each with its series
    :ivar drops: what was dropped since the last reading, by reason
    """

    events: list[tuple[Series, Event]]
    drops: dict[str, int]


class SlotReader:
    """Follows one slot file.

    :ivar identity: the name of the file that no other slot ever had
    :ivar is_held: whether a process had it, as of the last look
    :raise Unusable, OSError: it is not (or not yet) a slot file
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
        self._series: list[Series] = []
        self._series_end = 0

    def at_the_end(self) -> Position:
        """Return the place behind everything that the slot holds."""
        return Position(self._slot.head, self._slot.drops())

    def is_current(self) -> bool:
        """Say whether the file is still the one in the folder."""
        return lease.is_at(self._slot.fd, self.path)

    def recover_if_left(self) -> None:
        """Where no process holds the slot, record how its calls in flight ended."""
        with lease.locked(self._slot.fd) as free:
            self.is_held = not free
            if free:
                lease.settle(self._slot)

    def retire_if_left(self, place: Position) -> bool:
        """Delete the file where nobody holds it, all is read and it is worn out."""
        if self._slot.dictionary_use <= _RETIRE_ABOVE:
            return False
        with lease.borrowed(self.path) as free:
            finished = place == self.at_the_end()
            if not free or not finished or any(self._slot.in_flight()):
                return False
            self.path.unlink()
            return True

    def read(self, place: Position) -> Reading:
        """Return what was appended since ``place``, and move ``place`` on."""
        events, head = self._slot.read(place.events)
        self._read_series()
        known = [
            (self._series[event.series], event)
            for event in events
            if event.series < len(self._series)
        ]
        drops = self._slot.drops()
        dropped = {
            reason: count - place.drops.get(reason, 0)
            for reason, count in drops.items()
        }
        dropped["unread"] = max(0, head - place.events) - len(known)
        place.events, place.drops = head, drops
        return Reading(known, dropped)

    @property
    def serves(self) -> int:
        """How many requests the process that has the slot serves at a time."""
        return self._slot.serves if self.is_held else 0

    @property
    def pid(self) -> int:
        """The process that has the slot; 0 where none has it, or it did not say."""
        return self._slot.pid if self.is_held else 0

    def running(self) -> list[Series]:
        """Return the series of each call that is inside its method now."""
        return [of for of, entry in self.in_flight() if entry.phase == RUNNING]

    def in_flight(self) -> list[tuple[Series, InFlight]]:
        """Return each call whose outcome is open.

        Of the series that the last reading knew: a damaged slot must not fail a scrape.
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
    """Bring ``readers`` up to date with the files in ``folder``.

    :return: how many files were set aside, and whatever is in them
    """
    aside = 0
    for path, reader in list(readers.items()):
        if not reader.is_current():
            readers.pop(path).close()
    for path in lease.slot_paths(folder):
        if path not in readers:
            try:
                readers[path] = SlotReader(path)
            except OSError:
                continue  # it is gone by now, or no file
            except Unusable as error:
                aside += quarantine_if_left(path, error)
    return aside


def quarantine_if_left(path: Path, reason: Unusable) -> bool:
    """Put an unusable file aside, unless a worker has it, or is about to fill it."""
    with lease.borrowed(path) as free:
        left = free and path.stat().st_size > 0
        if left:
            lease.quarantine(path, reason)
        return left
