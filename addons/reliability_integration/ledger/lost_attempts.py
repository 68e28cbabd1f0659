"""What a copy of the ledger knows and a restored ledger does not.

An attempt is recorded before its call, and its transaction commits after it.  So where
the ledger has not even its start, its transaction is not in the database either, and
what the partner system has created is an orphan.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from odoo.tools import SQL

from .constants import FAILED, LOST, REJECTED, ROLLED_BACK, UNKNOWN
from .copy_folder import CopyFolder
from .ledger_copy import check_database

_BATCH = 1000
_MARGIN = 24 * 3600
"""Seconds: attempts of an outbox are recorded later than others.  What is even older
than the newest attempt that both have is not lost: the ledger has deleted it."""
_KNOWN = """
    SELECT uid, outcome IS NOT NULL AND presumed IS NOT TRUE
      FROM reliability_attempt WHERE uid = ANY(%s)
"""
_RECORD = "SELECT reliability_record_attempt(%s)"
_HAS_COLUMN = """
    SELECT count(*) > 0 FROM pg_attribute
     WHERE attrelid = to_regclass(%s) AND attname = 'create_date' AND NOT attisdropped
"""
_IS_OLDER = """
    SELECT create_date <= to_timestamp(%s) AT TIME ZONE 'UTC' FROM %s WHERE id = %s
"""
_NO_ANSWER = {
    "outcome": UNKNOWN,
    "seconds": 0,
    "status": 0,
    "calls": 0,
    "external_seconds": 0,
}
_RESTORED = {
    "error_class": "DatabaseRestored",
    "error_message": "The database was restored, and has lost what was done here.",
}


class Lost(NamedTuple):
    """An attempt that a restored ledger does not have as it was.

    :ivar is_started: whether the ledger knows that it has started
    :ivar message: what the copy knows of it
    """

    is_started: bool
    message: dict

    @property
    def may_exist(self) -> bool:
        """Whether the partner system has, or may have, done it."""
        return self.message.get("outcome") not in (FAILED, REJECTED)

    @property
    def references(self) -> list[str]:
        """What the partner system has created, such as tracking numbers."""
        return [one["name"] for one in self.message.get("references", ())]


def compare(cursor, folder: CopyFolder) -> list[Lost]:
    """Return what a copy knows of attempts and a restored ledger does not.

    :raise Refused: the copy is of another database
    :raise OSError: there is none
    """
    check_database(cursor, folder.position())
    started, unknown, newest = {}, {}, 0
    for messages in _batches(folder.lines()):
        cursor.execute(_KNOWN, [[message["uid"] for message in messages]])
        known = dict(cursor.fetchall())
        for message in messages:
            uid = message["uid"]
            if uid not in known:
                unknown[uid] = message
                continue
            newest = max(newest, message["started"])
            if not known[uid]:
                started[uid] = message
    lost = [Lost(True, one) for one in started.values() if "outcome" in one]
    lost += [
        Lost(False, one)
        for one in unknown.values()
        if one["started"] > newest - _MARGIN
    ]
    # A call that has failed, and that the ledger does not know, has left nothing.
    lost = [one for one in lost if one.may_exist or one.is_started]
    return sorted(lost, key=lambda one: one.message["started"])


def record(cursor, lost: Iterable[Lost]) -> None:
    """Record in a restored ledger what it does not have.

    Where it knows the start, PostgreSQL may know how the transaction ended; until the
    maintenance of the ledger has found out, that is unknown.
    """
    for one in lost:
        message = {**one.message, "transaction_state": LOST}
        if not one.is_started:
            message = _document(cursor, message) | {"transaction_state": ROLLED_BACK}
            message = _NO_ANSWER | message | _RESTORED
        cursor.execute(_RECORD, [json.dumps(message)])


def _batches(lines: Iterator[dict]) -> Iterator[list[dict]]:
    while batch := list(islice(lines, _BATCH)):
        yield batch


def _document(cursor, message):
    """Return a message with its document, where that is in the database.

    After a restore, ids are used again: a document that was created later than the
    attempt started is another one.
    """
    if "ids" in message:
        table, number = message["model"].replace(".", "_"), int(message["ids"])
        cursor.execute(_HAS_COLUMN, [table])
        if cursor.fetchone()[0]:
            name = SQL.identifier(table)
            cursor.execute(SQL(_IS_OLDER, message["started"], name, number))
            if cursor.fetchone() == (True,):
                return message | {"table": table}
    return {key: value for key, value in message.items() if key not in ("model", "ids")}
