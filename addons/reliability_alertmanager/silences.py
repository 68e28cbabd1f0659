"""Silences in Alertmanager for what somebody takes care of in Odoo; plain Python.

A silence is a lease: it is renewed while it is needed, so that alerts notify again if
Odoo stands still.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from .outgoing import as_text

LEASE = timedelta(hours=1)
RENEWED_BEFORE = timedelta(minutes=30)
"""How long before its end a silence is renewed."""

Matchers = frozenset[tuple[str, str]]
"""Labels and their values: a silence is for the alerts that have all of them."""


class Changes(NamedTuple):
    """What to change in Alertmanager.

    :ivar set: silences to make, or to renew, as the API takes them
    :ivar end: ids of silences that are not needed any more
    """

    set: list[dict]
    end: list[str]


def changes(
    wanted: Collection[tuple[Matchers, str]],
    present: Iterable[dict],
    author: str,
    now: datetime,
) -> Changes:
    """Return what to change so that exactly the wanted silences are there.

    :param wanted: what to silence, and why
    :param present: all silences, as the API returns them
    :param author: who makes the silences; those of others stay as they are
    :param datetime now: in UTC
    """
    mine = [one for one in present if _is_active(one) and one["createdBy"] == author]
    known = {_matchers(one): one for one in mine}
    wanted = dict(wanted)
    end = [one["id"] for one in mine if known[_matchers(one)] is not one]
    end += [one["id"] for matchers, one in known.items() if matchers not in wanted]
    to_set = [
        _silence(matchers, comment, author, now, known.get(matchers))
        for matchers, comment in wanted.items()
        if matchers not in known or _ends_soon(known[matchers], now)
    ]
    return Changes(to_set, end)


def _is_active(silence):
    return silence["status"]["state"] in ("active", "pending")


def _matchers(silence):
    """Return the matchers; some that Odoo would not make are those of nobody."""
    if not all(one.get("isEqual", True) for one in silence["matchers"]):
        return None
    return frozenset((one["name"], one["value"]) for one in silence["matchers"])


def _ends_soon(silence, now):
    ends = datetime.fromisoformat(silence["endsAt"]).astimezone(UTC)
    return ends.replace(tzinfo=None) - now < RENEWED_BEFORE


def _silence(matchers, comment, author, now, known):
    silence = {
        "matchers": [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in sorted(matchers)
        ],
        "startsAt": known["startsAt"] if known else as_text(now),
        "endsAt": as_text(now + LEASE),
        "createdBy": author,
        "comment": comment,
    }
    return {"id": known["id"], **silence} if known else silence
