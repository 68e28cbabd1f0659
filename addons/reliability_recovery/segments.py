"""Names of WAL segments, and the ranges that archived segments form; plain Python.

Source: https://www.postgresql.org/docs/current/wal-internals.html
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

SEGMENT_BYTES = 16 * 2**20
"""PostgreSQL's default."""
_LOG_BYTES = 2**32
_NAME = re.compile(r"[0-9A-F]{24}")


class Segment(NamedTuple):
    """A WAL segment: its timeline, and its number on it."""

    timeline: int
    number: int


class Range(NamedTuple):
    """Segments of one timeline, all of them from the first to the last.

    :ivar first, last: numbers, both included
    """

    timeline: int
    first: int
    last: int


def parse_name(name: str, segment_bytes: int = SEGMENT_BYTES) -> Segment:
    """Return the segment of a name.

    :raise ValueError: it is the name of no segment of that size
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("not the name of a WAL segment")
    timeline, log, part = (int(name[at : at + 8], 16) for at in (0, 8, 16))
    per_log = _LOG_BYTES // segment_bytes
    if part >= per_log:
        raise ValueError("not the name of a WAL segment of this size")
    return Segment(timeline, log * per_log + part)


def format_name(segment: Segment, segment_bytes: int = SEGMENT_BYTES) -> str:
    """Return the name of a segment."""
    log, part = divmod(segment.number, _LOG_BYTES // segment_bytes)
    return f"{segment.timeline:08X}{log:08X}{part:08X}"


def ranges(segments: Iterable[Segment]) -> list[Range]:
    """Return the ranges that segments form, in any order and repetition."""
    found: list[Range] = []
    for timeline, number in sorted(set(segments)):
        if found and found[-1].timeline == timeline and found[-1].last == number - 1:
            found[-1] = found[-1]._replace(last=number)
        else:
            found.append(Range(timeline, number, number))
    return found
