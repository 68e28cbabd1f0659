"""Which deployment has brought a difference from the baseline; plain Python.

What it brought is no drift.  What a person changed meanwhile is, unless he is the one
who has deployed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

BEFORE, AFTER = timedelta(minutes=5), timedelta(minutes=15)
"""Clocks differ, and the registry of the last host is loaded after the change."""


class Rollout(NamedTuple):
    """When a deployment was made.

    :ivar user: the id of the person who has used Apps; ``None`` if it is not known
    """

    key: int
    begin: datetime
    end: datetime
    user: int | None = None


class Change(NamedTuple):
    """When a setting was changed: not before ``after``, and not later than ``until``.

    :ivar person: the id of the person who has changed it; ``None`` if it is not known,
        or was no person
    """

    after: datetime
    until: datetime
    person: int | None = None


def brought_by(change: Change, rollouts: Iterable[Rollout]) -> int | None:
    """Return the key of the newest deployment that may have brought a change."""
    found = [one for one in rollouts if _may_have_brought(one, change)]
    newest = max(found, key=lambda one: (one.begin, one.key), default=None)
    return newest and newest.key


def _may_have_brought(rollout, change):
    return (
        rollout.begin - BEFORE <= change.until
        and rollout.end + AFTER >= change.after
        and change.person in (None, rollout.user)
    )
