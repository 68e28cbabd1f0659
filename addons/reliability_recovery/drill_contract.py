"""The evidence of a drill, version 1: a JSON object; plain Python.

docs/recovery.md documents its keys.  Unknown ones are ignored.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from odoo.addons.reliability_inbound.json_reading import (
    InvalidReport,
    check_unmasked,
    check_version,
    is_whole,
    read_choice,
    read_moment,
    read_name,
    read_number,
    read_object,
    read_objects,
    read_seconds,
    read_text,
)

from .contract import CONTENTS
from .documents import TABLES

VERSION = 1
FETCH, RESTORE, START, NEUTRALIZE = "fetch", "restore", "start", "neutralize"
DATA, FILES, LOAD, BUSINESS, DROP = "data", "files", "load", "business", "drop"
PHASES = (FETCH, RESTORE, START, NEUTRALIZE, DATA, FILES, LOAD, BUSINESS, DROP)
"""In their order."""
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
RESULTS = (PASSED, FAILED, SKIPPED)
LISTED, VERIFIED, STARTED, CHECKED = range(4)
"""Levels: listed, bytes verified, restored and started, checks of the business passed.
"""
_PROSE = {"text", "error"}
"""Keys of what is written for people; other texts are names and times."""
_MAX_STORED = 10_000
"""Characters of one text in evidence that is stored."""


class PhaseError(NamedTuple):
    """What a drill has failed of, and in which phase."""

    phase: str
    text: str


class Phase(NamedTuple):
    """A part of a drill.

    :ivar begin: in UTC
    :ivar error: empty if there is none
    """

    name: str
    begin: datetime
    seconds: float
    error: str


class Check(NamedTuple):
    """What was checked in what was restored.

    :ivar name: its code
    :ivar result: one of :data:`RESULTS`
    :ivar text: what was found, for people
    """

    name: str
    result: str
    text: str


class Lost(NamedTuple):
    """How many things production has, and what was restored has not."""

    name: str
    count: int


class Documents(NamedTuple):
    """Which documents are in what was restored.

    :ivar table: of the documents
    :ivar since: those that were confirmed or done since then, in UTC
    """

    table: str
    since: datetime
    ids: frozenset[int]


class Evidence(NamedTuple):
    """What one drill has found out.

    Times are in UTC.  Texts are empty, and other values ``None``, where something is
    unknown or was not reached.

    :ivar name: identifies the drill
    :ivar set_name, contents: the backup set that was restored
    :ivar filestore_set: the one with the files; empty where none was restored
    :ivar declared_at: the decision to restore
    :ivar failed_at: the moment of the failure, as it was declared
    :ivar target: the point in time that was asked for; ``None`` for the newest
    :ivar usable_at: all checks were green; ``None`` if that was not achieved
    :ivar level: :data:`LISTED` to :data:`CHECKED`
    :ivar database_heartbeat, filestore_heartbeat: the newest ones that were found
    :ivar size: bytes on disk
    """

    name: str
    database: str
    database_uuid: str
    set_name: str
    contents: str
    filestore_set: str
    backup: str
    tool: str
    host: str
    postgresql: str
    odoo: str
    declared_at: datetime
    failed_at: datetime
    target: datetime | None
    usable_at: datetime | None
    ended_at: datetime
    level: int
    error: PhaseError | None
    database_heartbeat: datetime | None
    filestore_heartbeat: datetime | None
    size: int | None
    phases: tuple[Phase, ...]
    checks: tuple[Check, ...]
    lost: tuple[Lost, ...]
    documents: tuple[Documents, ...]


def parse(body: object) -> Evidence:
    """Return the evidence that a JSON value is.

    :raise InvalidReport: it breaks the contract
    """
    if not isinstance(body, dict):
        raise InvalidReport("Evidence must be an object.")
    check_version(body, VERSION)
    heartbeats = read_object(body, "heartbeats")
    evidence = Evidence(
        name=read_name(body, "name"),
        database=read_text(body, "database"),
        database_uuid=read_text(body, "database_uuid"),
        set_name=read_name(body, "set"),
        contents=read_choice(body, "contents", CONTENTS),
        filestore_set=read_name(body, "filestore_set", is_needed=False),
        backup=read_text(body, "backup"),
        tool=read_text(body, "tool"),
        host=read_text(body, "host"),
        postgresql=read_text(body, "postgresql"),
        odoo=read_text(body, "odoo"),
        declared_at=read_moment(body, "declared_at", is_needed=True),
        failed_at=read_moment(body, "failed_at", is_needed=True),
        target=read_moment(body, "target"),
        usable_at=read_moment(body, "usable_at"),
        ended_at=read_moment(body, "ended_at", is_needed=True),
        level=_level(body),
        error=_error(body),
        database_heartbeat=read_moment(heartbeats, "database"),
        filestore_heartbeat=read_moment(heartbeats, "filestore"),
        size=read_number(body, "bytes"),
        phases=tuple(map(_phase, read_objects(body, "phases"))),
        checks=tuple(map(_check, read_objects(body, "checks"))),
        lost=tuple(map(_lost, read_objects(body, "lost"))),
        documents=tuple(map(_documents, read_objects(body, "documents"))),
    )
    _check_order(evidence)
    return evidence


def check_names(evidence: Evidence, masked: Callable[[str], str]) -> None:
    """Check that masking changes nothing that identifies a drill or a set.

    :param masked: returns a name without secrets
    :raise InvalidReport: it changes one
    """
    names = [
        ("name", evidence.name),
        ("set", evidence.set_name),
        ("filestore_set", evidence.filestore_set),
    ]
    check_unmasked(names, masked)


def canonical(body: dict) -> str:
    """Return JSON in its canonical form: sorted keys, no blanks, ASCII."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def sha256(body: dict) -> str:
    """Return the SHA-256 of JSON in its canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def without_secrets(
    body: object,
    masked: Callable[[str, int], str],
    masked_name: Callable[[str, int], str],
    key: str = "",
) -> object:
    """Return JSON with its texts masked.

    :param masked, masked_name: return a text, or a name, without secrets, and with at
        most so many characters
    """
    if isinstance(body, str):
        mask = masked if key in _PROSE else masked_name
        return mask(body, _MAX_STORED)
    if isinstance(body, dict):
        return {
            masked_name(name, _MAX_STORED): without_secrets(
                value, masked, masked_name, name
            )
            for name, value in body.items()
        }
    if isinstance(body, list):
        return [without_secrets(value, masked, masked_name, key) for value in body]
    return body


def _level(body):
    level = read_number(body, "level", is_needed=True)
    if level > CHECKED:
        raise InvalidReport(f"level must be from {LISTED} to {CHECKED}.")
    return level


def _error(body):
    found = read_object(body, "error")
    if not found:
        return None
    return PhaseError(read_choice(found, "phase", PHASES), read_text(found, "text"))


def _phase(value):
    return Phase(
        read_choice(value, "name", PHASES),
        read_moment(value, "begin", is_needed=True),
        read_seconds(value, "seconds"),
        read_text(value, "error"),
    )


def _check(value):
    return Check(
        read_name(value, "name"),
        read_choice(value, "result", RESULTS),
        read_text(value, "text"),
    )


def _lost(value):
    return Lost(read_name(value, "name"), read_number(value, "count", is_needed=True))


def _documents(value):
    ids = value.get("ids")
    if not isinstance(ids, list) or not all(map(is_whole, ids)):
        raise InvalidReport("ids must be a list of whole numbers.")
    return Documents(
        read_choice(value, "table", TABLES),
        read_moment(value, "since", is_needed=True),
        frozenset(map(int, ids)),
    )


def _check_order(evidence):
    """Check that times which durations are made of follow each other."""
    usable_at, ended_at = evidence.usable_at, evidence.ended_at
    if usable_at and usable_at < evidence.declared_at:
        raise InvalidReport("usable_at must not be earlier than declared_at.")
    if usable_at and usable_at > ended_at:
        raise InvalidReport("usable_at must not be later than ended_at.")
    for key in ("declared_at", "failed_at"):
        if getattr(evidence, key) > ended_at:
            raise InvalidReport(f"{key} must not be later than ended_at.")
