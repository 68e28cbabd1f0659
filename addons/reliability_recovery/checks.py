"""What is wrong with the backups of a set now; plain Python."""

from datetime import datetime, timedelta
from typing import NamedTuple

from .summary import NO, UNKNOWN, Summary

SILENT = "silent"
NEVER = "never"
TOO_OLD = "too_old"
FAILED = "failed"
SMALL = "small"
WAL_GAP = "wal_gap"
REPOSITORY = "repository"
NOT_ELSEWHERE, ELSEWHERE_UNKNOWN = "not_elsewhere", "elsewhere_unknown"
NOT_ENCRYPTED, ENCRYPTED_UNKNOWN = "not_encrypted", "encrypted_unknown"
RETENTION = "retention"
UNCERTAIN = {ELSEWHERE_UNKNOWN, ENCRYPTED_UNKNOWN}
"""What may be wrong: it is unknown."""


class Policy(NamedTuple):
    """What people expect of a set.

    :ivar max_age: of the last backup without error, and of the last report
    :ivar retention_backups, retention_days: full backups, and days that can be
        restored; 0 without a policy
    """

    max_age: timedelta
    must_be_elsewhere: bool
    must_be_encrypted: bool
    retention_backups: int
    retention_days: int


class Problem(NamedTuple):
    """Something that is wrong, since when, and what its sentence needs as JSON."""

    cause: str
    since: datetime | None
    values: dict


def problems(
    summary: Summary,
    policy: Policy,
    reported: datetime,
    first_reported: datetime,
    now: datetime,
) -> list[Problem]:
    """Return what is wrong.

    :param reported: the time of the last report, in UTC as all others
    :param first_reported: the time of the first one: a policy of days can be met only
        after so many
    """
    found = [*_silence(policy, reported, now), *_age(summary, policy, now)]
    if summary.error:
        found.append(Problem(FAILED, reported, {"error": summary.error}))
    if summary.usual_size:
        values = {"size": summary.size, "usual": summary.usual_size}
        found.append(Problem(SMALL, summary.last_success, values))
    if summary.problem:
        found.append(Problem(REPOSITORY, reported, {"error": summary.problem}))
    if summary.gaps:
        values = {"gaps": summary.gaps, "missing": summary.missing}
        found.append(Problem(WAL_GAP, reported, values))
    if summary.last_success:
        found += _elsewhere(summary, policy, reported, now)
        found += _encryption(summary, policy, reported)
        found += _retention(summary, policy, reported, first_reported)
    return found


def _silence(policy, reported, now):
    if now - reported > policy.max_age:
        yield Problem(SILENT, reported, {})


def _age(summary, policy, now):
    if not summary.last_success:
        yield Problem(NEVER, None, {})
    elif now - summary.last_success > policy.max_age:
        yield Problem(TOO_OLD, summary.last_success, {})


def _elsewhere(summary, policy, reported, now):
    """Yield that the last complete backup elsewhere is missing, or too old."""
    if not policy.must_be_elsewhere:
        return
    newest = summary.newest_elsewhere
    if newest and now - newest <= policy.max_age:
        return
    is_unknown = not newest and summary.elsewhere == UNKNOWN
    cause = ELSEWHERE_UNKNOWN if is_unknown else NOT_ELSEWHERE
    yield Problem(cause, newest or reported, {})


def _encryption(summary, policy, reported):
    if not policy.must_be_encrypted:
        return
    if summary.encrypted == NO:
        yield Problem(NOT_ENCRYPTED, reported, {})
    elif summary.encrypted == UNKNOWN:
        yield Problem(ENCRYPTED_UNKNOWN, reported, {})


def _retention(summary, policy, reported, first_reported):
    needed = timedelta(days=policy.retention_days)
    oldest = summary.oldest_point
    is_short = reported - first_reported > needed and (
        not oldest or reported - oldest < needed
    )
    if (policy.retention_days and is_short) or (
        summary.complete < policy.retention_backups
    ):
        values = {"complete": summary.complete}
        yield Problem(RETENTION, reported, values)
