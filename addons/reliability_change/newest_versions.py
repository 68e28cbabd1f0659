"""Which versions there are, as somebody reports it: our contract, version 1.

Unknown keys are ignored.  Plain Python.
"""

from datetime import date, datetime
from typing import NamedTuple

from odoo.addons.reliability_inbound.json_reading import (
    InvalidReport,
    check_version,
    read_choice,
    read_moment,
    read_name,
    read_objects,
)

from .patches import KINDS, ODOO, PACKAGE, POSTGRESQL
from .python_packages import normalised

VERSION = 1
_NAMES = {ODOO: "odoo", POSTGRESQL: "postgresql"}
"""Kinds with one component, and its name."""


class Version(NamedTuple):
    """A version that there is.

    :ivar released_on: ``None`` if it is unknown
    """

    kind: str
    name: str
    version: str
    released_on: date | None


class Message(NamedTuple):
    """Versions that there were at a moment, in UTC."""

    at: datetime
    versions: tuple[Version, ...]


def parse(body: dict) -> Message:
    """Return what a JSON object reports.

    :raise InvalidReport: it breaks the contract
    """
    check_version(body, VERSION)
    at = read_moment(body, "at", is_needed=True)
    return Message(at, tuple(map(_version, read_objects(body, "versions"))))


def name_of(kind: str, name: str) -> str:
    """Return the name of a component as it is stored, however it is spelled."""
    return normalised(name) if kind == PACKAGE else _NAMES.get(kind, name)


def _version(value):
    kind = read_choice(value, "kind", KINDS)
    name = read_name(value, "name", is_needed=kind not in _NAMES)
    version = read_name(value, "version")
    return Version(kind, name_of(kind, name), version, _day(value, "released_on"))


def _day(value, key):
    text = value.get(key)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise InvalidReport(f"{key} must be a day, such as 2026-11-27.") from error
