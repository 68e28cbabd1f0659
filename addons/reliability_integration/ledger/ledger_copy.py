"""A copy of the ledger beside its database: after a disaster, it knows more.

The copy is a file of JSON Lines, each a message of `data/ledger.sql`: all that was
known of an attempt at that moment.  An attempt has a line when it is new, and another
one when it is decided.  A line that was not written to its end is left out.

Plain Python; cursors are of psycopg2 or Odoo.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

FILE, POSITION = "ledger.jsonl", "position.json"
_BATCH = 1000
_REACH = 10_000
"""Ids: an attempt that is committed later than so many newer ones is missed."""
_ATTEMPTS = """
    SELECT attempt.id, outcome IS NOT NULL AND transaction_state IS NOT NULL,
           jsonb_strip_nulls(jsonb_build_object(
               'uid', uid, 'integration', integration.code, 'operation', operation,
               'direction', direction, 'repeatable', repeatable,
               'key', CASE WHEN identity LIKE 'key %%' THEN substr(identity, 5) END,
               'model', res_model, 'ids', res_id::text, 'description', res_name,
               'company', exchange.company_id, 'warehouse', warehouse,
               'started', extract(epoch FROM attempt.started), 'host', host,
               'user', user_id, 'job', job, 'transaction_id', transaction_id,
               'database_identity', database_identity, 'outcome', outcome,
               'seconds', attempt.seconds, 'status', status, 'calls', calls,
               'external_seconds', external_seconds, 'error_class',
               attempt.error_class, 'error_message', error_message,
               'transaction_state', transaction_state,
               'references', (
                   SELECT jsonb_agg(jsonb_build_object('name', name, 'kind', kind))
                     FROM reliability_reference WHERE attempt_id = attempt.id)))
      FROM reliability_attempt AS attempt
      JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
      JOIN reliability_integration AS integration ON integration.id = integration_id
"""
"""Attempts: id, whether it is decided, and the message."""
_KNOWN = """
    SELECT uid, outcome IS NOT NULL AND transaction_state IS NOT NULL
      FROM reliability_attempt WHERE uid = ANY(%s)
"""
_RECORD = "SELECT reliability_record_attempt(%s)"


class Missing(NamedTuple):
    """An attempt that a restored database does not have as it was.

    :ivar is_known: whether it knows that the attempt has begun
    :ivar message: what the copy knows of it
    """

    is_known: bool
    message: dict

    @property
    def references(self) -> list[str]:
        """What the partner system has created, such as tracking numbers."""
        return [one["name"] for one in self.message.get("references", ())]


class Restored(Exception):
    """The ledger does not have what its copy has: its database was restored."""


class _Position(NamedTuple):
    """How far a copy has come.

    :ivar last: the largest id
    :ivar last_uid: of the attempt with that id; empty before the first one
    :ivar undecided: ids of attempts that were not decided
    :ivar unseen: smaller ids that there were not: their transactions may commit later
    """

    last: int = 0
    last_uid: str = ""
    undecided: tuple[int, ...] = ()
    unseen: tuple[int, ...] = ()


def copy(cursor, folder: Path) -> int:
    """Add to a copy what the ledger has learned since the last time.

    A kill leaves lines twice rather than none.

    :param folder: of the copy
    :return: the number of lines that were added
    :raise Restored: the copy is newer than the ledger; it is not changed
    :raise OSError: the folder cannot be written
    """
    position = _position(folder)
    _check_not_restored(cursor, position)
    with (folder / FILE).open("ab+") as file:
        _end_line(file)
        copying = _Copying(file, position)
        copying.add_earlier(_among(cursor, copying.undecided | copying.unseen))
        while rows := _newer(cursor, copying.last):
            copying.add_newer(rows)
        file.flush()
        os.fsync(file.fileno())
    _set_position(folder, copying.position())
    return copying.added


class _Copying:
    """What is known while lines are added.

    :ivar added: the number of lines
    """

    def __init__(self, file, position):
        self._file, self.added = file, 0
        self.last, self._last_uid = position.last, position.last_uid
        self.undecided, self.unseen = set(position.undecided), set(position.unseen)

    def add_earlier(self, rows):
        """Add attempts with known ids that are decided, or seen, for the first time."""
        for number, is_decided, message in rows:
            if is_decided or number in self.unseen:
                self._add(number, is_decided, message)

    def add_newer(self, rows):
        """Add attempts with larger ids."""
        for number, is_decided, message in rows:
            self.unseen |= {*range(max(self.last, number - _REACH) + 1, number)}
            self._add(number, is_decided, message)
            self.last, self._last_uid = number, message["uid"]

    def _add(self, number, is_decided, message):
        self._file.write(f"{json.dumps(message)}\n".encode())
        self.added += 1
        self.unseen.discard(number)
        (self.undecided.discard if is_decided else self.undecided.add)(number)

    def position(self):
        """Return how far the copy has come."""
        unseen = (number for number in self.unseen if number > self.last - _REACH)
        return _Position(
            self.last,
            self._last_uid,
            tuple(sorted(self.undecided)),
            tuple(sorted(unseen)),
        )


def _check_not_restored(cursor, position):
    if not position.last:
        return
    cursor.execute(_KNOWN, [[position.last_uid]])
    if not cursor.fetchall():
        raise Restored(
            "The ledger has not what its copy has: the database was restored. Compare"
            " it with the copy, and then begin another copy in an empty folder."
        )


def compare(cursor, folder: Path) -> list[Missing]:
    """Return what a copy knows of attempts and a restored ledger does not.

    :param folder: of the copy
    :raise OSError: there is none
    """
    newest = {message["uid"]: message for message in _lines(folder)}
    missing = []
    for uids in _batches(list(newest)):
        cursor.execute(_KNOWN, [uids])
        known = dict(cursor.fetchall())
        missing += [
            Missing(uid in known, newest[uid]) for uid in uids if not known.get(uid)
        ]
    return missing


def record(cursor, missing: Iterable[Missing]) -> None:
    """Record in a restored ledger what it does not have.

    An attempt is recorded before its transaction commits.  So where the ledger has not
    even its begin, its transaction is not in the database either, and what the partner
    system has created is an orphan.  Where it has the begin, that is unknown.
    """
    for one in missing:
        message = dict(one.message)
        if "outcome" in message:
            state = "unknown" if one.is_known else "rolled_back"
            message["transaction_state"] = state
        cursor.execute(_RECORD, [json.dumps(message)])


def _among(cursor, ids):
    """Return those attempts that there are of some ids."""
    condition = "WHERE attempt.id = ANY(%s) ORDER BY attempt.id"
    cursor.execute(f"{_ATTEMPTS} {condition}", [sorted(ids)])
    return cursor.fetchall()


def _newer(cursor, last):
    """Return the next attempts after an id."""
    condition = f"WHERE attempt.id > %s ORDER BY attempt.id LIMIT {_BATCH}"
    cursor.execute(f"{_ATTEMPTS} {condition}", [last])
    return cursor.fetchall()


def _end_line(file):
    """End the line that a kill has cut off."""
    if file.tell():
        file.seek(-1, os.SEEK_END)
        if file.read() != b"\n":
            file.write(b"\n")


def _position(folder):
    try:
        found = json.loads((folder / POSITION).read_text())
    except FileNotFoundError:
        return _Position()
    return _Position(**found)


def _set_position(folder, position):
    draft = folder / f"{POSITION}.new"
    draft.write_text(json.dumps(position._asdict()))
    draft.replace(folder / POSITION)


def _lines(folder) -> Iterator[dict]:
    with (folder / FILE).open("rb") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                continue  # cut off by a kill


def _batches(values):
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
