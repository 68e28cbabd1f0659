"""The plan of notifications: who is to be notified of an incident now, and of what."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from .lifecycle import CLOSED, OPEN, RESTORED
from .tiers import PAGE, TICKET

OPENED, WORSE, ESCALATED, OVER = EVENTS = ("opened", "worse", "escalated", "restored")
"""The incident is there; a ticket has become a page; nobody has acknowledged it; it is
over."""


class Subject(NamedTuple):
    """An incident, as far as notifications need it.

    :ivar since: when it was detected, or was open again
    :ivar episode: how often it was open again
    :ivar is_snoozed: whether people have said that they want to hear of it later
    """

    state: str
    tier: str
    since: datetime
    episode: int = 0
    is_snoozed: bool = False


class Contacts(NamedTuple):
    """Whom a service notifies now.

    :ivar first: people who are notified at once
    :ivar deputies: people who are notified if nobody acknowledges
    :ivar escalate_after: for how long nobody; ``None`` for never
    :ivar is_quiet: whether tickets wait now
    :ivar is_silent: whether pages wait, too
    """

    first: Sequence[int]
    deputies: Sequence[int] = ()
    escalate_after: timedelta | None = None
    is_quiet: bool = False
    is_silent: bool = False


class Sent(NamedTuple):
    """A notification that exists.

    :ivar tier: of the incident at that time
    """

    episode: int
    event: str
    person: int
    tier: str = PAGE


class Message(NamedTuple):
    """A notification that is due."""

    event: str
    person: int


def due(
    subject: Subject, contacts: Contacts, sent: Sequence[Sent], now: datetime
) -> list[Message]:
    """Return the notifications that are due, each once.

    :param sent: all that exist of this incident
    """
    sent = [one for one in sent if one.episode == subject.episode]
    if subject.state in (RESTORED, CLOSED):
        return _due_afterwards(subject, contacts, sent)
    if subject.tier not in (PAGE, TICKET) or _waits(subject, contacts):
        return []
    found = _missing(_news(subject, sent), contacts.first, sent)
    if _is_late(subject, contacts, now):
        found += _missing(ESCALATED, contacts.deputies, sent, found)
    return found


def _news(subject, sent):
    """Return whether the incident is new, or worse than people know."""
    known = {one.tier for one in sent if one.event in (OPENED, WORSE)}
    return WORSE if subject.tier == PAGE and known == {TICKET} else OPENED


def _waits(subject, contacts):
    held = contacts.is_silent or (contacts.is_quiet and subject.tier != PAGE)
    return held or subject.is_snoozed


def _is_late(subject, contacts, now):
    wait = contacts.escalate_after
    is_open = subject.state == OPEN and subject.tier == PAGE
    return is_open and wait is not None and now - subject.since >= wait


def _missing(event, people, sent, planned=()):
    """Return messages to people who have none of this event, or none at all."""
    notified = {one.person for one in sent if event != WORSE or one.event == WORSE}
    notified |= {message.person for message in planned}
    return [Message(event, person) for person in people if person not in notified]


def _due_afterwards(subject, contacts, sent):
    """Return that it is over, to everybody who knows that it was there."""
    if _waits(subject._replace(is_snoozed=False), contacts):
        return []
    people = dict.fromkeys(one.person for one in sent if one.event != OVER)
    over = {one.person for one in sent if one.event == OVER}
    return [Message(OVER, person) for person in people if person not in over]
