"""The file of one slot: its layout, and reading and writing its parts.

::

    header       one page of 64-bit words: format, identity, the length of each part,
                 the process that writes and its capacity (requests at a time), the
                 drop counters, and how often the slot was leased
    in flight    1,024 entries of 32 bytes: the calls whose outcome is still open
    dictionary   256 KiB, append-only: families, and the series that events refer to by
                 number
    ring         8,192 events of 64 bytes; the newest overwrites the oldest.  The detail
                 of a call (:mod:`..detail`) takes the place of several events, before
                 that of the call

Only the process that holds the kernel's lock on the file writes; any process may read.
A writer can be killed at any instruction, so it writes a part first and counts it in
the header afterwards, each count with one 8-byte store.  The whole file is allocated
when it is created, so writing to it never needs more storage.
"""

import json
import mmap
import os
import secrets
import struct
from collections.abc import Iterator
from typing import NamedTuple

from ..detail import Detail
from ..events import OUTCOMES, DetailedEvent, Event, Series
from ..families import FamilySpec, learn, stored_labels
from ..storable import storable

FORMAT = 1
_MAGIC = int.from_bytes(b"ODOOSLOT", "little")

IN_FLIGHT_ENTRIES = 1024
RING_EVENTS = 8192
_DICTIONARY_BYTES = 256 * 1024

# call, series, started, record id, records, depth, phase
_ENTRY = struct.Struct("<IIdqIBBxx")
# sequence, ended, seconds, sql, external, cpu, queries, records, record id, call,
# series, outcome, depth, calls
_EVENT = struct.Struct("<QddfffIIqIIBBH")
# A piece of a detail: sequence, bytes, call, its position, _DETAIL, number of bytes,
# number of pieces; _DETAIL is where an event has its outcome
_PIECE = struct.Struct("<Q44sIIBBH")
_PIECE_BYTES = 44
_DETAIL = 255
_MAX_DETAILS = 1000
"""Details whose event was not read yet; it may never come."""
_LENGTH = struct.Struct("<I")
_PHASE_OFFSET = 29

_IN_FLIGHT = 4096
_DICTIONARY = _IN_FLIGHT + IN_FLIGHT_ENTRIES * _ENTRY.size
_RING = _DICTIONARY + _DICTIONARY_BYTES
SIZE = _RING + RING_EVENTS * _EVENT.size

# Words of the header.  The magic is stored last: without it the file is unusable.
_WORD_MAGIC, _WORD_FORMAT, _WORD_IDENTITY = 0, 1, 2
_WORD_HEAD, _WORD_CALLS, _WORD_DICTIONARY, _WORD_CAPACITY = 3, 4, 5, 6
_WORD_PID = 7
_WORD_DROPS = 8
_WORD_LEASES = 511  # the last word of the page: drop counters may be added

DROPS = (
    "unprotected",
    "over_cap",
    "no_room",
    "error",
    "switched_off",
    "not_measurable",
    "removed",
    "too_many",
    "unlabelled",
)
"""The reasons for recording less than all; counted in the header.

- ``unprotected``: the in-flight table was full; the call is counted unless its worker
  is killed
- ``over_cap``: the call was counted under the series ``other``
- ``no_room``: the dictionary had no room even for the series ``other``
- ``error``: the telemetry itself failed
- ``switched_off``: there was no slot to record into
- ``not_measurable``: the method of an operation does not exist or must not be measured
- ``removed``: other code had removed a measurement, which was restored
- ``too_many``: too many calls were pending until the end of one transaction
- ``unlabelled``: company and warehouse of calls could not be read from the database
"""

FREE, RUNNING, RETURNED, COMMITTING, LEFT_OUT = range(5)
"""Phases of an in-flight entry: unused; inside the method; after the method, before the
end of the transaction; COMMIT was sent; inside, and not recorded however it ends."""

_LAST_U32 = 0xFFFFFFFF
_OUTCOME_CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}


class Unusable(Exception):
    """The file is not a slot of this format; the message gives the reason."""


class InFlight(NamedTuple):
    """A call whose outcome is open; ``started`` in seconds since the host booted."""

    entry: int
    call: int
    series: int
    started: float
    record_id: int
    records: int
    depth: int
    phase: int


class SlotFile:
    """A slot file, mapped into memory.

    :param fd: the open file; the slot closes it
    :ivar families: name → spec of a family, as far as the dictionary was read
    :raise Unusable: the file is not a slot, or has another format
    """

    def __init__(self, fd: int):
        size = os.fstat(fd).st_size
        if size != SIZE:
            raise Unusable(f"it has {size} bytes instead of {SIZE}")
        self.fd = fd
        self.families: dict[str, FamilySpec] = {}
        self._details: dict[int, list[bytes]] = {}  # call → pieces read so far
        self._map = mmap.mmap(fd, SIZE)
        view = memoryview(self._map)
        self._words = view[:_IN_FLIGHT].cast("Q")
        self._phases = view[_IN_FLIGHT:_DICTIONARY]
        self._numbers = self._phases.cast("I")  # each number is stored at once
        words = self._words
        if words[_WORD_MAGIC] != _MAGIC:
            raise Unusable("it is not a slot file")
        if words[_WORD_FORMAT] != FORMAT:
            raise Unusable(f"its format is {words[_WORD_FORMAT]}, not {FORMAT}")
        if words[_WORD_DICTIONARY] > _DICTIONARY_BYTES:
            raise Unusable("its dictionary is longer than it can be")

    # No model, so there is nothing to call in super().
    # pylint: disable-next=method-required-super
    @classmethod
    def create(cls, fd: int) -> "SlotFile":
        """Make an empty slot in ``fd``, and allocate all of its storage.

        :raise OSError: the storage is full or read-only; the file is left empty
        """
        try:
            os.ftruncate(fd, 0)
            os.posix_fallocate(fd, 0, SIZE)
        except OSError:
            os.ftruncate(fd, 0)
            raise
        header = [0] * _WORD_DROPS
        header[_WORD_FORMAT] = FORMAT
        header[_WORD_IDENTITY] = secrets.randbits(63)
        os.pwrite(fd, struct.pack(f"<{_WORD_DROPS}Q", *header), 0)
        os.pwrite(fd, struct.pack("<Q", _MAGIC), 0)
        return cls(fd)

    def close(self) -> None:
        """Unmap and unlock the file."""
        os.close(self.fd)
        self._words.release()
        self._numbers.release()
        self._phases.release()
        self._map.close()

    # Header

    @property
    def identity(self) -> str:
        """The unique name of this slot file."""
        return f"{self._words[_WORD_IDENTITY]:016x}"

    @property
    def head(self) -> int:
        """The number of events ever appended."""
        return self._words[_WORD_HEAD]

    @property
    def capacity(self) -> int:
        """The number of requests that the process of the slot can serve at a time."""
        return self._words[_WORD_CAPACITY]

    @capacity.setter
    def capacity(self, requests: int) -> None:
        self._words[_WORD_CAPACITY] = requests

    @property
    def pid(self) -> int:
        """The pid of the last process that leased the slot; 0 if it was not stored."""
        return self._words[_WORD_PID]

    @pid.setter
    def pid(self, pid: int) -> None:
        self._words[_WORD_PID] = pid

    @property
    def leases(self) -> int:
        """How often the slot was leased, which is the number of its last lease."""
        return self._words[_WORD_LEASES]

    def count_lease(self) -> None:
        """Begin another lease."""
        self._words[_WORD_LEASES] += 1

    def next_call(self) -> int:
        """Return a number that no recent call has."""
        calls = self._words[_WORD_CALLS] + 1
        self._words[_WORD_CALLS] = calls
        return calls & _LAST_U32

    def count_drop(self, reason: str, times: int = 1) -> None:
        """Add to a drop counter; ``reason`` is one of :data:`DROPS`."""
        self._words[_WORD_DROPS + DROPS.index(reason)] += times

    def drops(self) -> dict[str, int]:
        """Return the drop counter of each of :data:`DROPS`, since the file was made."""
        return {
            reason: self._words[_WORD_DROPS + index]
            for index, reason in enumerate(DROPS)
        }

    # Calls in flight

    def begin_entry(
        self,
        entry: int,
        call: int,
        series: int,
        started: float,
        record_id: int,
        records: int,
        depth: int,
    ) -> None:
        """Write the entry of a call; the phase, written last, makes it valid."""
        offset = _IN_FLIGHT + entry * _ENTRY.size
        fields = (call, series, started, record_id, min(records, _LAST_U32))
        _ENTRY.pack_into(self._map, offset, *fields, min(depth, 255), FREE)
        self.set_phase(entry, RUNNING)

    def set_phase(self, entry: int, phase: int) -> None:
        """Store the phase of an entry."""
        self._phases[entry * _ENTRY.size + _PHASE_OFFSET] = phase

    def relabel(self, entry: int, series: int) -> None:
        """Store the series of an entry."""
        self._numbers[entry * _ENTRY.size // 4 + 1] = series

    def in_flight(self) -> Iterator[InFlight]:
        """Yield the calls whose outcome is open."""
        phases = self._phases[_PHASE_OFFSET :: _ENTRY.size].tobytes()
        used = len(phases.rstrip(b"\0"))  # entries are taken from the lowest up
        for entry, phase in enumerate(phases[:used]):
            if phase != FREE:
                offset = _IN_FLIGHT + entry * _ENTRY.size
                yield InFlight(entry, *_ENTRY.unpack_from(self._map, offset))

    # Series

    def append_series(self, series: Series, spare: int = 0) -> bool:
        """Append a series; its number is its index among all series.

        :param spare: bytes that must stay free
        :return: whether there was room
        """
        return self._append_entry(series, spare)

    def append_family(self, family: FamilySpec) -> bool:
        """Append the spec of a family, before its first series.

        :return: whether there was room
        """
        return self._append_entry(family.as_json())

    def _append_entry(self, content: Series | dict, spare: int = 0) -> bool:
        text = json.dumps(content).encode()
        used = self._words[_WORD_DICTIONARY]
        end = used + _LENGTH.size + len(text)
        if end + spare > _DICTIONARY_BYTES:
            return False
        start = _DICTIONARY + used
        self._map[start : _DICTIONARY + end] = _LENGTH.pack(len(text)) + text
        self._words[_WORD_DICTIONARY] = end
        return True

    def series(self, offset: int = 0) -> tuple[list[Series], int]:
        """Return the series from ``offset`` on, and the offset of the end.

        Their labels are as of :func:`.families.stored_labels`, and can be exposed and
        stored.  The families in between are learned.

        :raise Unusable: the dictionary cannot be read
        """
        found = []
        used = self._words[_WORD_DICTIONARY]
        try:
            while offset < used:
                start = _DICTIONARY + offset + _LENGTH.size
                (length,) = _LENGTH.unpack_from(self._map, start - _LENGTH.size)
                entry = json.loads(self._map[start : start + length])
                if isinstance(entry, dict):
                    spec = learn(entry)
                    self.families[spec.name] = spec
                else:
                    family, db, labels, threshold = storable(entry)
                    labels = stored_labels(labels)
                    found.append(Series(family, db, labels, threshold))
                offset += _LENGTH.size + length
        except (LookupError, TypeError, ValueError) as error:
            raise Unusable(f"its dictionary cannot be read: {error}") from error
        return found, offset

    @property
    def dictionary_use(self) -> float:
        """The used share of the dictionary, from 0 to 1."""
        return self._words[_WORD_DICTIONARY] / _DICTIONARY_BYTES

    # Events

    def append(self, event: Event) -> None:
        """Write an event in the place of the oldest one, and then count it."""
        series, outcome, *times, queries, records, record_id, depth, call, calls = event
        head = self._words[_WORD_HEAD]
        _EVENT.pack_into(
            self._map,
            _RING + head % RING_EVENTS * _EVENT.size,
            head + 1,
            *times,
            min(queries, _LAST_U32),
            min(records, _LAST_U32),
            record_id,
            call,
            series,
            _OUTCOME_CODES[outcome],
            min(depth, 255),
            calls,
        )
        self._words[_WORD_HEAD] = head + 1

    def append_detail(self, call: int, content: bytes) -> None:
        """Write the detail of a call whose event follows, piece by piece."""
        pieces = range(0, len(content), _PIECE_BYTES)
        for number, start in enumerate(pieces):
            piece = content[start : start + _PIECE_BYTES]
            head = self._words[_WORD_HEAD]
            _PIECE.pack_into(
                self._map,
                _RING + head % RING_EVENTS * _EVENT.size,
                head + 1,
                piece,
                call,
                number,
                _DETAIL,
                len(piece),
                len(pieces),
            )
            self._words[_WORD_HEAD] = head + 1

    @staticmethod
    def events_of_detail(content: bytes) -> int:
        """Return the number of events whose place a detail takes."""
        return -(-len(content) // _PIECE_BYTES)

    def read(self, position: int) -> tuple[list[Event], int, int]:
        """Return the events from ``position`` on, what was lost, and the head.

        Lost are those that were overwritten or cannot be read.

        :param position: the head of the last reading
        :return: events, number of lost places of the ring, head
        """
        head = self.head
        first = max(position, head - RING_EVENTS, 0)
        raw = [
            _EVENT.unpack_from(self._map, _RING + i % RING_EVENTS * _EVENT.size)
            for i in range(first, head)
        ]
        # Events that the writer has reached meanwhile may be half overwritten.
        intact = self.head - RING_EVENTS + 1
        events, pieces = [], 0
        for number, fields in enumerate(raw, start=first):
            sequence, ended, seconds, sql, external, cpu, *rest = fields
            queries, records, record_id, call, series, outcome, depth, calls = rest
            if sequence != number + 1 or number < intact:
                continue
            if outcome < len(OUTCOMES):
                costs = (sql, external, cpu, queries, records)
                event = (series, OUTCOMES[outcome], ended, seconds, *costs)
                # An older version wrote 0 where the number of calls is now.
                event = Event(*event, record_id, depth, call, calls or 1)
                events.append(self._with_detail(event) if self._details else event)
            elif outcome == _DETAIL:
                pieces += self._read_piece(number)
        return events, max(0, head - position) - len(events) - pieces, head

    def _read_piece(self, number: int) -> bool:
        """Keep a piece of a detail until the event of its call is read.

        :return: whether it was not overwritten meanwhile
        """
        offset = _RING + number % RING_EVENTS * _EVENT.size
        sequence, content, call, position, _code, size, pieces = _PIECE.unpack_from(
            self._map, offset
        )
        if sequence != number + 1 or number < self.head - RING_EVENTS + 1:
            return False
        if position == 0:
            if len(self._details) >= _MAX_DETAILS:
                self._details.clear()
            self._details[call] = [b""] * pieces
        known = self._details.get(call, ())
        if position < len(known):
            known[position] = content[:size]
        return True

    def _with_detail(self, event: Event) -> Event:
        """Return an event with its detail, if all pieces of it were read."""
        pieces = self._details.pop(event.call, ())
        if not pieces or not all(pieces):
            return event
        detailed = DetailedEvent(*event)
        detailed.detail = Detail.loads(b"".join(pieces))
        return detailed
