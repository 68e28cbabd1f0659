"""What a drill has achieved, and what it says of objectives; plain Python."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from .drill_contract import CHECKED, DROP, FAILED, Evidence

OTHER_DATABASE, UNKNOWN_DATABASE = "other_database", "unknown_database"
ERROR, CHECK, NOT_USABLE = "error", "check", "not_usable"
MET, MISSED, UNKNOWN = "met", "missed", "unknown"


def failure(evidence: Evidence, database_uuid: str) -> str:
    """Return why a drill has failed; empty if it has passed.

    An error while it drops what it has restored changes nothing of that.

    :param database_uuid: of this database, which should have been restored
    """
    found = evidence.database_uuid
    if found and found != database_uuid:
        return OTHER_DATABASE
    if evidence.error and evidence.error.phase != DROP:
        return ERROR
    if any(check.result == FAILED for check in evidence.checks):
        return CHECK
    if not evidence.usable_at or evidence.level < CHECKED:
        return NOT_USABLE
    return "" if found else UNKNOWN_DATABASE


def loss(failed_at: datetime, heartbeat: datetime | None) -> timedelta | None:
    """Return what would have been lost; ``None`` if it is unknown.

    Nothing, if what was restored is newer than the failure.
    """
    return max(failed_at - heartbeat, timedelta()) if heartbeat else None


def largest(losses: Iterable[timedelta | None]) -> timedelta | None:
    """Return what would have been lost at most; ``None`` if one is unknown."""
    losses = list(losses)
    return None if None in losses else max(losses)


def compare(achieved: Iterable[timedelta | None], objective: timedelta) -> str:
    """Return whether an objective is met, missed, or whether that is unknown.

    :param achieved: of each part, such as the database and the filestore; ``None``
        where it is unknown
    """
    achieved = list(achieved)
    if any(one is not None and one > objective for one in achieved):
        return MISSED
    return UNKNOWN if None in achieved else MET
