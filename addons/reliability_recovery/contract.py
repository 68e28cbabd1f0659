"""The report of backups, version 1: a JSON object; plain Python.

docs/recovery.md documents its keys.  Unknown ones are ignored.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from odoo.addons.reliability_inbound.json_reading import (
    MAX_TEXT,
    InvalidReport,
    check_unique,
    check_unmasked,
    check_version,
    is_whole,
    read_choice,
    read_moment,
    read_name,
    read_number,
    read_object,
    read_objects,
    read_text,
    read_yes_no_unknown,
)

from .segments import SEGMENT_BYTES, Segment, parse_name

VERSION = 1
CLUSTER, DATABASE, FILESTORE = "cluster", "database", "filestore"
BOTH = "database_and_filestore"
CONTENTS = (CLUSTER, DATABASE, FILESTORE, BOTH)
LOGICAL = "logical"
BASES = ("full", "diff", "incr")
TYPES = (*BASES, LOGICAL, FILESTORE)
_MAX_SEGMENT_BYTES = 2**30


class Repository(NamedTuple):
    """Where backups are stored.

    :ivar is_elsewhere, is_encrypted: ``None`` if it is unknown
    :ivar problem: what the tool says is wrong with it; empty if nothing is
    """

    name: str
    is_elsewhere: bool | None
    is_encrypted: bool | None
    problem: str


class WalNeed(NamedTuple):
    """The segments that a base backup needs, from its begin to its end.

    :ivar archive: the name of the archive with them
    """

    archive: str
    first: Segment
    last: Segment


class Backup(NamedTuple):
    """One backup in one repository.

    :ivar begin, end: in UTC; ``None`` if it is unknown, ``end`` also while it runs
    :ivar size, repository_size: bytes; ``None`` if it is unknown
    :ivar error: why it is not good; empty if the tool knows of nothing
    :ivar needs: labels of other backups in the repository
    :ivar wal: ``None`` where no WAL is archived
    """

    label: str
    repository: str
    type: str
    begin: datetime | None
    end: datetime | None
    size: int | None
    repository_size: int | None
    error: str
    needs: tuple[str, ...]
    wal: WalNeed | None


class WalRange(NamedTuple):
    """Archived segments of one timeline without a gap.

    :ivar last_commit: the time of the last commit in them, in UTC; ``None`` if it is
        unknown
    """

    first: Segment
    last: Segment
    last_commit: datetime | None


class Archive(NamedTuple):
    """Archived WAL in one repository.

    :ivar ranges: sorted by their first segments
    """

    name: str
    segment_bytes: int
    ranges: tuple[WalRange, ...]


class Report(NamedTuple):
    """What one tool knows of one set at one moment.

    :ivar name: of the cluster, stanza or folder; with ``contents`` it identifies a set
    :ivar taken_at: in UTC
    :ivar retention_backups, retention_days: what the tool is to retain: full backups,
        and days that can be restored; ``None`` without a policy
    """

    name: str
    contents: str
    tool: str
    taken_at: datetime
    repositories: tuple[Repository, ...]
    backups: tuple[Backup, ...]
    archives: tuple[Archive, ...]
    retention_backups: int | None
    retention_days: int | None


def parse(body: object) -> Report:
    """Return the report that a JSON value is.

    :raise InvalidReport: it breaks the contract
    """
    if not isinstance(body, dict):
        raise InvalidReport("A report must be an object.")
    check_version(body, VERSION)
    retention = read_object(body, "retention")
    report = Report(
        read_name(body, "name"),
        read_choice(body, "contents", CONTENTS),
        read_text(body, "tool"),
        read_moment(body, "taken_at", is_needed=True),
        tuple(map(_repository, read_objects(body, "repositories"))),
        (),
        tuple(map(_archive, read_objects(body, "archives"))),
        read_number(retention, "backups"),
        read_number(retention, "days"),
    )
    check_unique("repositories", [one.name for one in report.repositories])
    check_unique("archives", [one.name for one in report.archives])
    archives = {one.name: one for one in report.archives}
    backups = tuple(_backup(one, archives) for one in read_objects(body, "backups"))
    check_unique("backups", [(one.repository, one.label) for one in backups])
    known = {one.name for one in report.repositories}
    if unknown := sorted({one.repository for one in backups} - known):
        raise InvalidReport(f"repositories must contain {unknown[0]!r}.")
    return report._replace(backups=backups)


def check_names(report: Report, masked: Callable[[str], str]) -> None:
    """Check that masking changes nothing that identifies a set or a backup.

    Two names could become the same, and so two backups one.

    :param masked: returns a name without secrets
    :raise InvalidReport: it changes one
    """
    names = [("name", report.name)]
    names += [("name", one.name) for one in report.repositories]
    names += [("label", one.label) for one in report.backups]
    check_unmasked(names, masked)


def _repository(value):
    return Repository(
        read_name(value, "name"),
        read_yes_no_unknown(value, "elsewhere"),
        read_yes_no_unknown(value, "encrypted"),
        read_text(value, "problem"),
    )


def _backup(value, archives):
    needs = value.get("needs")
    if needs is None:
        needs = []
    if not isinstance(needs, list) or not all(isinstance(one, str) for one in needs):
        raise InvalidReport("needs must be a list of labels.")
    begin, end = read_moment(value, "begin"), read_moment(value, "end")
    if begin and end and begin > end:
        raise InvalidReport("begin must not be later than end.")
    return Backup(
        read_name(value, "label"),
        read_name(value, "repository"),
        read_choice(value, "type", TYPES),
        begin,
        end,
        read_number(value, "size"),
        read_number(value, "repository_size"),
        read_text(value, "error"),
        tuple(one[:MAX_TEXT] for one in needs),
        _wal_need(value.get("wal"), archives),
    )


def _wal_need(value, archives):
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InvalidReport("wal must be an object.")
    name = read_name(value, "archive")
    if name not in archives:
        raise InvalidReport(f"archives must contain {name!r}.")
    size = archives[name].segment_bytes
    return WalNeed(name, _segment(value, "first", size), _segment(value, "last", size))


def _archive(value):
    size = value.get("segment_bytes", SEGMENT_BYTES)
    if not is_whole(size) or not 2**20 <= size <= _MAX_SEGMENT_BYTES:
        raise InvalidReport("segment_bytes must be from 1 MiB to 1 GiB.")
    size = int(size)  # JSON of some tools has 16777216.0
    if size & (size - 1):
        raise InvalidReport("segment_bytes must be a power of two.")
    found = [
        WalRange(
            _segment(one, "first", size),
            _segment(one, "last", size),
            read_moment(one, "last_commit"),
        )
        for one in read_objects(value, "ranges")
    ]
    for one in found:
        if one.first.timeline != one.last.timeline or one.first > one.last:
            raise InvalidReport("A range must be of one timeline, the first one first.")
    return Archive(
        read_name(value, "name"), size, tuple(sorted(found, key=_by_segment))
    )


def _by_segment(one):
    return one.first, one.last


def _segment(value, key, segment_bytes):
    try:
        return parse_name(value.get(key), segment_bytes)
    except ValueError as error:
        raise InvalidReport(f"{key} is {error}.") from error
