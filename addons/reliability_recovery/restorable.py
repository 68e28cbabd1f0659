"""What can be restored from the backups of a report; plain Python.

The rules are those of docs/decisions/0035: they follow what is there, not what the
tool says of it.
"""

from datetime import datetime
from typing import NamedTuple

from .contract import BASES, Archive, Backup, Report
from .segments import Segment

SNAPSHOT, END, COMMIT = "snapshot", "end", "commit"
"""What a point is: the begin of a dump or copy, the end of a base backup, or the last
commit in the WAL after it."""


class Point(NamedTuple):
    """A moment that can be restored: what was committed before it is there.

    :ivar moment: in UTC
    :ivar basis: one of :data:`SNAPSHOT`, :data:`END`, :data:`COMMIT`
    """

    moment: datetime
    basis: str
    backup: Backup


class Gap(NamedTuple):
    """WAL that is missing, although a backup needs it.

    :ivar first: the first segment that is missing
    """

    archive: Archive
    first: Segment
    backup: Backup


def newest_point(report: Report) -> Point | None:
    """Return the newest point that can be restored; ``None`` if there is none.

    Of several ones at the same moment, it is that of the newest backup.
    """
    return max(points(report), key=_age, default=None)


def oldest_point(report: Report) -> datetime | None:
    """Return the oldest moment that can be restored; ``None`` if there is none.

    A base backup can be restored to its end and, with WAL, to later; not to earlier.
    """
    moments = [one.end if one.type in BASES else one.begin for one in complete(report)]
    oldest = min(filter(None, moments), default=None)
    return oldest and min(oldest, report.taken_at)


def points(report: Report) -> list[Point]:
    """Return the newest point of each backup that can be restored."""
    archives = {archive.name: archive for archive in report.archives}
    found = []
    for backup in complete(report):
        point = _point(backup, archives)
        if point:
            found.append(point._replace(moment=min(point.moment, report.taken_at)))
    return found


def complete(report: Report) -> list[Backup]:
    """Return the backups that can be restored: they and all they need are good."""
    archives = {archive.name: archive for archive in report.archives}
    good = {
        (backup.repository, backup.label): backup
        for backup in report.backups
        if _is_good(backup, archives)
    }
    results: dict = {}
    return [one for key, one in good.items() if _has_all(key, good, results)]


def gaps(report: Report) -> list[Gap]:
    """Return the gaps in WAL that make something impossible to restore.

    For each backup, a gap between its begin and its end; for the newest complete one
    of each archive, also the first one after it.  What expired between older backups
    is none.
    """
    archives = {archive.name: archive for archive in report.archives}
    found = []
    newest: dict = {}
    for backup in report.backups:
        if backup.wal and backup.end and not backup.error:
            archive = archives[backup.wal.archive]
            if missing := _missing(archive, backup):
                found.append(Gap(archive, missing, backup))
    for backup in complete(report):
        if backup.wal:
            known = newest.get(backup.wal.archive)
            if not known or backup.wal.last > known.wal.last:
                newest[backup.wal.archive] = backup
    for name, backup in newest.items():
        last = _chain_end(archives[name], backup.wal.last)
        missing = Segment(last.timeline, last.number + 1)
        if any(
            one.first > missing and one.first.number > missing.number
            for one in archives[name].ranges
        ):
            found.append(Gap(archives[name], missing, backup))
    return found


def chain_ends(report: Report) -> set[tuple[str, Segment]]:
    """Return the last segments of the chains after complete backups.

    Of these, the times of the last commits are needed.

    :return: names of archives and segments
    """
    archives = {archive.name: archive for archive in report.archives}
    return {
        (backup.wal.archive, _chain_end(archives[backup.wal.archive], backup.wal.last))
        for backup in complete(report)
        if backup.wal
    }


def _age(point):
    backup = point.backup
    return point.moment, backup.end, backup.label, backup.repository


def _is_good(backup, archives):
    if backup.error or backup.end is None:
        return False
    return not backup.wal or not _missing(archives[backup.wal.archive], backup)


def _has_all(key, good, results):
    """Return whether a backup and all that it needs are good; without recursion."""
    waiting, seen = [key], set()
    while waiting:
        current = waiting.pop()
        if current in seen or results.get(current):
            continue
        seen.add(current)
        if current not in good:
            return False
        backup = good[current]
        waiting += [(backup.repository, label) for label in backup.needs]
    results.update(dict.fromkeys(seen, True))
    return True


def _point(backup, archives):
    if backup.type not in BASES:
        return Point(backup.begin, SNAPSHOT, backup) if backup.begin else None
    if backup.wal:
        archive = archives[backup.wal.archive]
        end = _chain_end(archive, backup.wal.last)
        commit = next(
            (one.last_commit for one in archive.ranges if one.last == end), None
        )
        if commit and commit > backup.end:
            return Point(commit, COMMIT, backup)
    return Point(backup.end, END, backup)


def _missing(archive, backup):
    """Return the first segment that a backup needs and that is missing, or ``None``."""
    first, last = backup.wal.first, backup.wal.last
    end = _chain_end(archive, first)
    if end is None:
        return first
    return None if end.number >= last.number else Segment(end.timeline, end.number + 1)


def _chain_end(archive, segment):
    """Return the last segment of the unbroken chain that begins with a segment.

    A range of a newer timeline continues the chain where it begins with a segment of
    the chain, or with the next one.

    :return: ``None`` if the segment is missing
    """
    end = None
    for one in archive.ranges:
        if end is None:
            has_it = one.first <= segment <= one.last
            end = one.last if has_it else None
        elif one.first.number <= end.number + 1 <= one.last.number + 1:
            end = one.last
    return end
