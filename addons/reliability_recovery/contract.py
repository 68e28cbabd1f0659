"""The report of backups, version 1: a JSON object; plain Python.

docs/recovery.md documents its keys.  Unknown ones are ignored.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from .segments import SEGMENT_BYTES, Segment, parse_name

VERSION = 1
CLUSTER, DATABASE, FILESTORE = "cluster", "database", "filestore"
BOTH = "database_and_filestore"
CONTENTS = (CLUSTER, DATABASE, FILESTORE, BOTH)
LOGICAL = "logical"
BASES = ("full", "diff", "incr")
TYPES = (*BASES, LOGICAL, FILESTORE)
MAX_ENTRIES = 1000
"""Of each list; a sender with more leaves out the oldest."""
_MAX_NAME = 200
"""Of what identifies something: as long as it is stored."""
_MAX_TEXT = 500
_MAX_NUMBER = 2**53
"""Beyond it, JSON numbers are not exact."""
_MAX_SEGMENT_BYTES = 2**30


class InvalidReport(ValueError):
    """A report that breaks the contract; its text says what to change."""


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
    if body.get("version") != VERSION or isinstance(body.get("version"), bool):
        raise InvalidReport(f"version must be {VERSION}.")
    retention = body.get("retention")
    if retention is None:
        retention = {}
    if not isinstance(retention, dict):
        raise InvalidReport("retention must be an object.")
    report = Report(
        _name(body, "name"),
        _choice(body, "contents", CONTENTS),
        _text(body, "tool"),
        _moment(body, "taken_at", is_needed=True),
        tuple(map(_repository, _objects(body, "repositories"))),
        (),
        tuple(map(_archive, _objects(body, "archives"))),
        _number(retention, "backups"),
        _number(retention, "days"),
    )
    _check_unique("repositories", [one.name for one in report.repositories])
    _check_unique("archives", [one.name for one in report.archives])
    archives = {one.name: one for one in report.archives}
    backups = tuple(_backup(one, archives) for one in _objects(body, "backups"))
    _check_unique("backups", [(one.repository, one.label) for one in backups])
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
    for key, name in names:
        if masked(name) != name:
            raise InvalidReport(
                f"{key} must not have what looks like a secret or an address:"
                f" {masked(name)}"
            )


def _repository(value):
    return Repository(
        _name(value, "name"),
        _yes_no_unknown(value, "elsewhere"),
        _yes_no_unknown(value, "encrypted"),
        _text(value, "problem"),
    )


def _backup(value, archives):
    needs = value.get("needs")
    if needs is None:
        needs = []
    if not isinstance(needs, list) or not all(isinstance(one, str) for one in needs):
        raise InvalidReport("needs must be a list of labels.")
    begin, end = _moment(value, "begin"), _moment(value, "end")
    if begin and end and begin > end:
        raise InvalidReport("begin must not be later than end.")
    return Backup(
        _name(value, "label"),
        _name(value, "repository"),
        _choice(value, "type", TYPES),
        begin,
        end,
        _number(value, "size"),
        _number(value, "repository_size"),
        _text(value, "error"),
        tuple(one[:_MAX_TEXT] for one in needs),
        _wal_need(value.get("wal"), archives),
    )


def _wal_need(value, archives):
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InvalidReport("wal must be an object.")
    name = _name(value, "archive")
    if name not in archives:
        raise InvalidReport(f"archives must contain {name!r}.")
    size = archives[name].segment_bytes
    return WalNeed(name, _segment(value, "first", size), _segment(value, "last", size))


def _archive(value):
    size = value.get("segment_bytes", SEGMENT_BYTES)
    if not _is_number(size) or not 2**20 <= size <= _MAX_SEGMENT_BYTES:
        raise InvalidReport("segment_bytes must be from 1 MiB to 1 GiB.")
    size = int(size)  # JSON of some tools has 16777216.0
    if size & (size - 1):
        raise InvalidReport("segment_bytes must be a power of two.")
    found = [
        WalRange(
            _segment(one, "first", size),
            _segment(one, "last", size),
            _moment(one, "last_commit"),
        )
        for one in _objects(value, "ranges")
    ]
    for one in found:
        if one.first.timeline != one.last.timeline or one.first > one.last:
            raise InvalidReport("A range must be of one timeline, the first one first.")
    return Archive(_name(value, "name"), size, tuple(sorted(found, key=_by_segment)))


def _by_segment(one):
    return one.first, one.last


def _segment(value, key, segment_bytes):
    try:
        return parse_name(value.get(key), segment_bytes)
    except ValueError as error:
        raise InvalidReport(f"{key} is {error}.") from error


def _objects(value, key):
    found = value.get(key)
    if found is None:
        found = []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidReport(f"{key} must be a list of objects.")
    if len(found) > MAX_ENTRIES:
        raise InvalidReport(f"{key} must not have more than {MAX_ENTRIES} entries.")
    return found


def _name(value, key):
    """Return a text that identifies something, so it is not cut."""
    found = value.get(key)
    if not isinstance(found, str) or not found.strip():
        raise InvalidReport(f"{key} is needed.")
    if len(found) > _MAX_NAME:
        raise InvalidReport(f"{key} must not have more than {_MAX_NAME} characters.")
    return found


def _text(value, key):
    found = value.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise InvalidReport(f"{key} must be a text.")
    return found[:_MAX_TEXT]


def _choice(value, key, choices):
    found = value.get(key)
    if not isinstance(found, str) or found not in choices:
        raise InvalidReport(f"{key} must be one of {', '.join(choices)}.")
    return found


def _yes_no_unknown(value, key):
    found = value.get(key)
    if found is not None and not isinstance(found, bool):
        raise InvalidReport(f"{key} must be true, false, or null if it is unknown.")
    return found


def _number(value, key):
    found = value.get(key)
    if found is None:
        return None
    if not _is_number(found) or not 0 <= found <= _MAX_NUMBER:
        raise InvalidReport(f"{key} must be a number that is not negative.")
    return int(found)


def _is_number(value):
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= _MAX_NUMBER and value == int(value)


def _moment(value, key, is_needed=False):
    """Return a time in UTC without fractions, earlier rather than later."""
    text = value.get(key)
    if text is None and not is_needed:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidReport(
            f"{key} must be a time as in RFC 3339, such as 2026-11-27T12:00:00Z."
        ) from error


def _check_unique(key, names):
    if len(set(names)) < len(names):
        raise InvalidReport(f"{key} must not contain the same twice.")
