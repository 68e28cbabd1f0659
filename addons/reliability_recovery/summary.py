"""What a report says of a set, in the values that are checked each minute.

Plain Python.
"""

from datetime import datetime
from statistics import median
from typing import NamedTuple

from .contract import BASES, Backup, Report
from .restorable import complete, gaps, newest_point, oldest_point
from .segments import format_name

YES, NO, UNKNOWN = "yes", "no", "unknown"
MIN_EARLIER = 3
"""A size is usual where so many earlier backups of the same type have one."""
_MOMENTS = {"newest_point", "last_success", "oldest_point", "newest_elsewhere"}
_SMALL = 0.5
"""A backup is much smaller where it has less than this part of the usual size."""


class Summary(NamedTuple):
    """Values of a report; moments are in UTC, and ``None`` where there is none.

    :ivar newest_point: what can be restored, and ``basis`` of it
    :ivar last_success: the end of the newest backup without error
    :ivar error: of the newest backup; empty if it has none
    :ivar complete: how many backups can be restored, without those that only continue
        another one
    :ivar oldest_point: what can be restored
    :ivar newest_elsewhere: the end of the newest complete backup that is elsewhere
    :ivar elsewhere, encrypted: :data:`YES`, :data:`NO` or :data:`UNKNOWN`
    :ivar gaps: how many there are in WAL; the first missing segment is ``missing``
    :ivar problem: of a repository; empty if there is none
    :ivar size: of the newest backup in MB; ``usual_size`` is that of earlier ones where
        it is much smaller, else ``None``
    """

    newest_point: datetime | None
    basis: str
    last_success: datetime | None
    error: str
    complete: int
    oldest_point: datetime | None
    newest_elsewhere: datetime | None
    elsewhere: str
    encrypted: str
    gaps: int
    missing: str
    problem: str
    size: float | None = None
    usual_size: float | None = None


def summarize(report: Report) -> Summary:
    """Return the summary of a report."""
    newest = newest_point(report)
    good = complete(report)
    found = gaps(report)
    last = newest_backup(report)
    ends = [one.end for one in report.backups if one.end and not one.error]
    elsewhere = _names(report, "is_elsewhere", True)
    return Summary(
        newest_point=newest.moment if newest else None,
        basis=newest.basis if newest else "",
        last_success=max(ends, default=None),
        error=last.error if last else "",
        complete=sum(one.type not in BASES[1:] for one in good),
        oldest_point=oldest_point(report),
        newest_elsewhere=max(
            (one.end for one in good if one.repository in elsewhere), default=None
        ),
        elsewhere=_answer(report, "is_elsewhere", any),
        encrypted=_answer(report, "is_encrypted", all),
        gaps=len(found),
        missing=(
            format_name(found[0].first, found[0].archive.segment_bytes) if found else ""
        ),
        problem=next((one.problem for one in report.repositories if one.problem), ""),
    )


def to_json(summary: Summary) -> dict:
    """Return a summary with its moments as texts."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in summary._asdict().items()
    }


def from_json(values: dict) -> Summary:
    """Return the summary that :func:`to_json` has returned as JSON."""
    return Summary(
        **{
            key: datetime.fromisoformat(value)
            if key in _MOMENTS and value is not None
            else value
            for key, value in values.items()
        }
    )


def newest_backup(report: Report) -> Backup | None:
    """Return the backup that was made last; ``None`` if none has a time.

    One that still runs says nothing yet: what is wrong with the one before stays.
    """
    return max(
        (one for one in report.backups if one.end or (one.begin and one.error)),
        key=lambda one: (one.end or one.begin, one.label),
        default=None,
    )


def usual_size(size: float | None, earlier: list[float]) -> float | None:
    """Return the usual size, if a backup is much smaller; else ``None``.

    :param earlier: sizes of earlier backups of the same type, in the same unit
    """
    if size is None or len(earlier) < MIN_EARLIER:
        return None
    usual = median(earlier)
    return usual if size < usual * _SMALL else None


def _names(report, field, value):
    return {one.name for one in report.repositories if getattr(one, field) is value}


def _answer(report, field, decide):
    """Return whether repositories are as a field says: any or all of them."""
    used = {one.repository for one in report.backups}
    values = [getattr(one, field) for one in report.repositories if one.name in used]
    # What decides alone, whatever the unknown ones are.
    alone = decide is any
    if alone in values:
        return YES if alone else NO
    if None in values or not values:
        return UNKNOWN
    return NO if alone else YES
