"""How far what runs is behind the newest version that somebody has reported.

Only versions of the same series are compared: another PostgreSQL than 15, or another
Odoo than 19.0, is no patch.  Where nobody reports versions, nothing is known, and
nothing is ever called up to date.  Plain Python.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

ODOO, ADDON, POSTGRESQL, PACKAGE = KINDS = ("odoo", "addon", "postgresql", "package")
BEHIND, NEWEST, UNKNOWN = STATES = ("behind", "newest", "unknown")
"""Of something that runs: a newer version is known; none is; nobody reports it."""
KNOWN_FOR = timedelta(days=30)
"""Afterwards nobody knows whether there is a newer version."""

_PART = re.compile(r"[0-9]+|[a-z]+")
_DAY_OF_BUILD = re.compile(r"[0-9]{8}")
_EARLY = {"dev": -4, "a": -3, "alpha": -3, "b": -2, "beta": -2}
_EARLY |= {"c": -1, "rc": -1, "pre": -1, "preview": -1}
_END = (0, 0, "")
"""What sorts the end of a version: after early ones, before texts such as ``post``."""
_SERIES_LENGTH = {ODOO: 2, ADDON: 2, POSTGRESQL: 1, PACKAGE: 0}
"""How many numbers of a version are its series."""


class Known(NamedTuple):
    """A version that somebody has reported.

    :ivar released_on: ``None`` if it is unknown
    :ivar reported_at: when somebody said so last, in UTC
    :ivar known_since: the day on which somebody said so first
    """

    version: str
    released_on: date | None
    reported_at: datetime
    known_since: date | None = None


class Age(NamedTuple):
    """How old what runs is.

    :ivar newest: the newest version that is known, also if that is what runs; or empty
    :ivar behind_since: when the first version after it was released, or was known at
        the latest; ``None`` if it is not behind
    :ivar reported_at: when a version was reported last; ``None`` if never
    """

    state: str
    newest: str = ""
    behind_since: date | None = None
    reported_at: datetime | None = None


def order(version: str) -> tuple:
    """Return what sorts versions, the oldest first.

    Numbers are compared as such, and 1.0 is 1.0.0.  What comes before a release, such
    as 1.0rc1, is older; a text after ``+``, or after a blank as in PostgreSQL's, does
    not count.
    """
    text = version.strip().lower().partition(" ")[0].partition("+")[0]
    parts = _PART.findall(text.removeprefix("v"))
    release = [int(one) for one in takewhile(str.isdigit, parts)]
    rest = [_part(one) for one in parts[len(release) :]]
    while release and not release[-1]:
        release.pop()
    return (*release,), (*rest, _END)


def _part(text):
    """Return what sorts a part after the numbers."""
    if text.isdigit():
        return (2, int(text), "")
    return (_EARLY[text], 0, "") if text in _EARLY else (1, 0, text)


def _position(kind, version):
    """Return what sorts the versions of a series.

    Of Odoo it is the day of the build: Community's is 19.0-20261126, and Enterprise's
    19.0+e-20261126.
    """
    if kind == ODOO:
        return tuple(_DAY_OF_BUILD.findall(version)[-1:])
    return order(version)


def _is_only_series(kind, version):
    """Return whether a version does not say which one of its series it is."""
    if kind == ODOO:
        return not _DAY_OF_BUILD.search(version)
    return 0 < len(_numbers(version)) <= _SERIES_LENGTH[kind]


def series(kind: str, version: str) -> tuple[str, ...]:
    """Return what the versions of a series have in common."""
    return tuple(_numbers(version)[: _SERIES_LENGTH[kind]])


def _numbers(version):
    return re.findall(r"[0-9]+", version)


def age(kind: str, version: str, known: Iterable[Known], now: datetime) -> Age:
    """Return how old something that runs is.

    :param known: versions of the same component
    :param now: in UTC
    """
    own = series(kind, version)
    reported = [one for one in known if series(kind, one.version) == own]
    if not reported:
        return Age(UNKNOWN)
    newest = max(
        reported, key=lambda one: (_position(kind, one.version), one.reported_at)
    )
    reported_at = max(one.reported_at for one in reported)
    if _is_only_series(kind, version):
        # Odoo that was not built each night says no more than 19.0.
        return Age(UNKNOWN, newest.version, None, reported_at)
    running = _position(kind, version)
    later = [one for one in reported if _position(kind, one.version) > running]
    if later:
        days = [day for one in later if (day := one.released_on or one.known_since)]
        return Age(BEHIND, newest.version, min(days, default=None), reported_at)
    state = NEWEST if now - reported_at <= KNOWN_FOR else UNKNOWN
    return Age(state, newest.version, None, reported_at)
