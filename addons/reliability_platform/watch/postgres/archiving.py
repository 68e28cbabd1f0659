"""Whether PostgreSQL's finished WAL files are archived.

A file waits from the moment at which PostgreSQL began the next one, so a cluster that
nobody uses has no problem, however long ago a file was archived.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .part import Part

_ARCHIVER = """
    SELECT current_setting('archive_mode') <> 'off',
           coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'),
                    false),
           last_failed_wal,
           extract(epoch FROM now() - last_archived_time)::float,
           has_function_privilege('pg_ls_archive_statusdir()', 'EXECUTE')
      FROM pg_stat_archiver
"""
_WAITING = """
    SELECT count(*), extract(epoch FROM now() - min(modification))::float,
           left(min(name), -length('.ready'))
      FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'
"""


class Waiting(NamedTuple):
    """The WAL files that wait to be archived.

    :ivar seconds: for which the oldest one has waited
    :ivar file: its name
    """

    files: int = 0
    seconds: float | None = None
    file: str | None = None


class Archiver(NamedTuple):
    """What PostgreSQL's archiver does.

    :ivar failed: the last attempt failed
    :ivar failed_file: the file of the last attempt that failed
    :ivar since_success: seconds since a file was archived, ``None`` if none was
    :ivar waiting: ``None``: unknown, for lack of rights
    """

    failed: bool
    failed_file: str | None
    since_success: float | None
    waiting: Waiting | None


class Archiving(Part):
    """Checks the archiver, where archiving is on."""

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Find ``archiving_fails``."""
        found = read_archiver(cr)
        if found is None:
            return Check()
        check = Check(find_problems(found, thresholds))
        check.facts["archiving"] = {
            "since_success": found.since_success,
            "files": found.waiting and found.waiting.files,
        }
        if found.waiting is None:
            check.missing.append("pg_monitor")
        else:
            check.trends["archive_age_seconds"] = found.waiting.seconds or 0.0
        return check


def read_archiver(cr: Any) -> Archiver | None:
    """Return what the archiver does; ``None`` where it is off."""
    cr.execute(_ARCHIVER)
    is_on, failed, file, since_success, may_list = cr.fetchone()
    if not is_on:
        return None
    waiting = None
    if may_list:
        cr.execute(_WAITING)
        waiting = Waiting(*cr.fetchone())
    return Archiver(failed, file, since_success, waiting)


def find_problems(found: Archiver, thresholds: Mapping[str, float]) -> list[Problem]:
    """Return ``archiving_fails``: an attempt failed, or a file waits for too long.

    Its numbers are ``files``, which wait, and ``since_success``, in seconds; what is
    unknown is left out.  Its name is that of the ``file``.
    """
    waiting = found.waiting
    fails = found.failed and (waiting is None or waiting.files > 0)
    waited = waiting.seconds if waiting and waiting.seconds is not None else 0.0
    if not fails and waited <= 60 * thresholds["archive_age"]:
        return []
    numbers = {
        "files": waiting and waiting.files,
        "since_success": found.since_success,
    }
    file = found.failed_file if fails else waiting.file
    return [
        Problem(
            "archiving_fails",
            numbers={name: x for name, x in numbers.items() if x is not None},
            names={"file": file},
            seconds=waiting and waiting.seconds,
        )
    ]
