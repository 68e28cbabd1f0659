"""The life of an incident: its states, and what leads from one to another."""

from datetime import datetime, timedelta
from typing import NamedTuple

OPEN, ACKNOWLEDGED, RESTORED, CLOSED = STATES = (
    "open",
    "acknowledged",
    "restored",
    "closed",
)
TICKETS_CLOSE_AFTER = timedelta(hours=24)
"""How long after it was restored a ticket closes by itself."""


class Life(NamedTuple):
    """The state of an incident, with its stamps.

    :ivar detected: when somebody could have acted
    :ivar acknowledged: when somebody did; ``None`` if nobody has
    :ivar restored: when its impact was over; ``None`` if it is not
    :ivar closed: when that was verified
    :ivar reopened: how often the impact returned
    """

    state: str
    detected: datetime
    acknowledged: datetime | None = None
    restored: datetime | None = None
    closed: datetime | None = None
    reopened: int = 0


def acknowledge(life: Life, now: datetime) -> Life:
    """Return the life after somebody has said that he takes care; once is enough."""
    if life.state == CLOSED:
        return life
    state = ACKNOWLEDGED if life.state == OPEN else life.state
    when = life.acknowledged or max(now, life.detected)
    return life._replace(state=state, acknowledged=when)


def restore(life: Life, good_since: datetime) -> Life:
    """Return the life after the impact has ended.

    :param good_since: the begin of the first good run
    """
    if life.state not in (OPEN, ACKNOWLEDGED):
        return life
    return life._replace(state=RESTORED, restored=max(good_since, life.detected))


def reopen(life: Life) -> Life:
    """Return the life after the impact has returned, or was not over."""
    if life.state not in (RESTORED, CLOSED):
        return life
    return life._replace(
        state=ACKNOWLEDGED if life.acknowledged else OPEN,
        restored=None,
        closed=None,
        reopened=life.reopened + 1,
    )


def close(life: Life, now: datetime) -> Life:
    """Return the life after somebody has verified that the impact is over."""
    if life.state == CLOSED:
        return life
    life = restore(life, now)
    return life._replace(state=CLOSED, closed=max(now, life.restored))


def closes_itself(life: Life, is_page: bool, now: datetime) -> bool:
    """Return whether an incident closes without a person: pages never do."""
    is_over = life.state == RESTORED and not is_page
    return is_over and now - life.restored >= TICKETS_CLOSE_AFTER
