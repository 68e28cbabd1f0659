"""The outbox: messages in files for a database that could not take them.

A message is for a function of the database, ``reliability_...(jsonb)``, and holds all
that is known of its subject so far: a later message about the same subject replaces the
earlier one, and to deliver one twice must do no harm.  The collector delivers them.

A message that the database refuses, while it takes others, gets a suffix.  It is
delivered again every ten minutes, until the cause is gone: a missing right, an older
app, an error in the function.
"""

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2
from psycopg2 import sql
from psycopg2.errors import LockNotAvailable, QueryCanceled

from ..odoo_conf import settings
from ..telemetry.masked_log import masked_logger
from ..telemetry.masking import masked
from ..telemetry.slots.lease import prepare_folder
from ..telemetry.storable import storable
from .connection import OWNER_IS_TRUSTED, transaction

_logger = masked_logger(__name__)

MAX_MESSAGES = 20_000
"""Of one database: about 20 MB."""
MAX_REFUSED = 10_000
"""Of one database, besides; the newest stay."""
SECONDS_BETWEEN_REFUSALS = 600.0
SECONDS_OF_A_DELIVERY = 5.0
"""Then the collector polls other databases."""
_SECONDS_OF_A_DRAFT = 3600.0
_RETENTION_OF_A_GONE_DATABASE = 24 * 3600.0

_FUNCTION = re.compile(r"reliability_[a-z_]{1,50}")
_NAME = re.compile(r"[0-9a-f]{32}")
_TAKEN = ".taken"
_REFUSED = ".refused"

_IS_TRUSTED = (
    f"SELECT {OWNER_IS_TRUSTED.format(owner='proowner')}"
    " FROM pg_proc WHERE oid = to_regprocedure(%s)"
)


class UntrustedOwner(psycopg2.ProgrammingError):
    """The function that takes a message belongs to a role that is not trusted."""


_refusals: dict[Path, str] = {}
"""Outbox → the last error with which its database refused a message."""


class Full(Exception):
    """The outbox of a database has as many messages as it may have."""


class Waiting(NamedTuple):
    """The messages that a database does not have yet.

    :ivar names: of all messages, also of refused ones
    :ivar refused: number of refused messages
    :ivar refusal: the error of the last refusal
    """

    names: list[str]
    refused: int
    refusal: str


def store_message(db: str, function: str, name: str, message: dict) -> None:
    """Store a message for a database.

    :param function: of the database, which takes it
    :param name: 32 hexadecimal digits that only messages about the same subject have
    :raise OSError: it cannot be stored
    :raise Full: the outbox of the database is full
    """
    folder = settings().telemetry_dir
    outbox = _outbox(folder, db)
    for private in (folder, outbox.parent, outbox):
        prepare_folder(private)
    path = outbox / f"{function}-{name}"
    if not path.exists() and _count(outbox) >= MAX_MESSAGES:
        raise Full(f"{MAX_MESSAGES} messages wait for {db}")
    draft = outbox / f".{name}-{os.getpid()}"
    with open(draft, "w", encoding="utf-8", opener=_private) as file:
        json.dump(storable(message), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def databases(folder: Path) -> set[str]:
    """Return the databases that messages wait for."""
    try:
        entries = list(os.scandir(folder / "outbox"))
    except FileNotFoundError:
        return set()
    return {entry.name for entry in entries if _has_messages(entry)}


def waiting(folder: Path, oid: int, *dbs: str) -> Waiting:
    """Return the messages that wait for a database.

    :param oid: its number, by which messages are set apart
    :param dbs: its names, by which messages were stored
    """
    outboxes = [*(_outbox(folder, db) for db in dbs), _set_apart(folder, oid)]
    found = [path for outbox in outboxes for path in _messages(outbox)]
    refused = sum(path.suffix == _REFUSED for path in found)
    refusal = next(filter(None, map(_refusals.get, outboxes)), "")
    names = {_subject(path).partition("-")[2] for path in found}
    return Waiting(sorted(names), refused, refusal if refused else "")


def deliver(folder: Path, db: str, connection: Any) -> int:
    """Deliver the messages of a database; one that it refuses gets another suffix.

    It ends after a few seconds; the rest is delivered at the next poll.

    :param connection: to the database, of psycopg2
    :return: number of refused messages that were deleted, since there are too many
    :raise psycopg2.OperationalError: the database takes none now; they stay
    """
    return _deliver(_outbox(folder, db), connection)


def set_apart(folder: Path, db: str, oid: int) -> None:
    """Move the messages of a database whose name another database has now.

    :param db: the name
    :param oid: the number of the database that the messages are for
    :raise OSError: the storage is full or read-only
    """
    target = _set_apart(folder, oid)
    for private in (target.parent, target):
        prepare_folder(private)
    outbox = _outbox(folder, db)
    for entry in os.scandir(outbox) if outbox.is_dir() else ():
        if not entry.name.startswith("."):  # else it is a draft
            os.replace(entry.path, target / entry.name)


def set_apart_numbers(folder: Path) -> set[int]:
    """Return the numbers of the databases whose messages are set apart."""
    try:
        entries = list(os.scandir(_set_apart(folder, 0).parent))
    except FileNotFoundError:
        return set()
    return {int(entry.name) for entry in entries if _has_messages(entry)}


def deliver_set_apart(folder: Path, oid: int, connection: Any) -> int:
    """Deliver the messages that were set apart for a database, as :func:`deliver`."""
    outbox = _set_apart(folder, oid)
    if not outbox.is_dir():
        return 0
    deleted = _deliver(outbox, connection)
    with contextlib.suppress(OSError):  # some are left
        outbox.rmdir()
    return deleted


def _deliver(outbox: Path, connection: Any) -> int:
    until = time.monotonic() + SECONDS_OF_A_DELIVERY
    for path in filter(_is_due, _messages(outbox)):
        if time.monotonic() > until:
            return 0
        subject = _subject(path)
        function = subject.partition("-")[0]
        # Renamed first: a newer message about the same subject may come meanwhile.
        taken = path.with_name(subject + _TAKEN)
        refused = path.with_name(subject + _REFUSED)
        with contextlib.suppress(FileNotFoundError):
            path.replace(taken)
        try:
            _send(connection, function, taken.read_text("utf-8"))
        except FileNotFoundError:
            continue  # delivered a moment ago, with an older one of the same subject
        except (QueryCanceled, LockNotAvailable):
            os.utime(taken)  # the last from now on: the others need not wait for it
        except psycopg2.OperationalError:
            raise
        except (psycopg2.Error, ValueError) as error:
            if connection.closed:  # the message is not the reason
                raise psycopg2.OperationalError(str(error)) from error
            if path != refused:
                db = connection.info.dbname
                _logger.error("%s refuses the message %s: %s", db, subject, error)
            # PostgreSQL's errors may have contents of rows.
            _refusals[outbox] = masked(error).strip()
            os.utime(taken)
            taken.replace(refused)
        else:
            taken.unlink()
            refused.unlink(missing_ok=True)  # an older one of the same subject
    return _tidy_up(outbox)


def delete_gone(
    folder: Path, existing: Collection[str], numbers: Collection[int] = ()
) -> dict[str, int]:
    """Delete the outboxes of databases that have been gone for a day.

    :param existing: the databases that messages can be delivered to
    :param numbers: the numbers of all existing databases
    :return: database, or its number → number of deleted messages
    """
    gone = {db: _outbox(folder, db) for db in databases(folder) - set(existing)}
    for oid in set_apart_numbers(folder) - set(numbers):
        gone[str(oid)] = _set_apart(folder, oid)
    lost = {}
    for db, outbox in gone.items():
        messages = list(_messages(outbox))
        newest = max((path.stat().st_mtime for path in messages), default=0.0)
        if newest < time.time() - _RETENTION_OF_A_GONE_DATABASE:
            shutil.rmtree(outbox, ignore_errors=True)
            lost[db] = len(messages)
    return lost


def _tidy_up(outbox: Path) -> int:
    """Delete surplus refused messages, and drafts whose writer has died.

    :return: number of deleted messages
    """
    entries = list(os.scandir(outbox)) if outbox.is_dir() else []
    refused = [entry for entry in entries if entry.name.endswith(_REFUSED)]
    refused.sort(key=_age)
    drafts = [
        entry
        for entry in entries
        if entry.name.startswith(".") and _age(entry) > _SECONDS_OF_A_DRAFT
    ]
    surplus = refused[MAX_REFUSED:]
    for entry in [*surplus, *drafts]:
        os.unlink(entry.path)
    return len(surplus)


def _count(outbox: Path) -> int:
    """Return the number of messages that were not refused."""
    names = filter(_is_message, os.listdir(outbox))
    return sum(not name.endswith(_REFUSED) for name in names)


def _age(entry: os.DirEntry) -> float:
    return time.time() - entry.stat().st_mtime


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _send(connection: Any, function: str, text: str) -> None:
    call = sql.SQL("SELECT {}(%s::jsonb)").format(sql.Identifier("public", function))
    signature = f"public.{function}(jsonb)"
    with transaction(connection) as cr:
        # Apart from the call, which PostgreSQL might execute while it plans.
        cr.execute(_IS_TRUSTED, [signature])
        found = cr.fetchone()
        if found is None:
            raise psycopg2.ProgrammingError(f"function {signature} does not exist")
        if not found[0]:
            raise UntrustedOwner(f"{signature} belongs to a role that is not trusted")
        # Times in the message are those of this host's clock, which may be wrong.
        clock = f"{time.time():.6f}"
        cr.execute("SELECT set_config('reliability.host_clock', %s, true)", [clock])
        cr.execute(call, [text])


def _messages(outbox: Path) -> Iterator[Path]:
    """Yield the messages, in the order in which they were last stored, refused last."""
    try:
        entries = [entry for entry in os.scandir(outbox) if _is_message(entry.name)]
    except FileNotFoundError:
        return
    for entry in sorted(entries, key=_delivery_order):
        yield Path(entry.path)


def _delivery_order(entry: os.DirEntry) -> tuple[bool, float]:
    return entry.name.endswith(_REFUSED), entry.stat().st_mtime


def _is_due(path: Path) -> bool:
    """Return whether a message is to be delivered now: a refused one waits a while."""
    if path.suffix != _REFUSED:
        return True
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return False  # delivered a moment ago, with a newer one of the same subject
    return not 0 <= age < SECONDS_BETWEEN_REFUSALS  # or the clock was set


def _subject(path: Path) -> str:
    """Return the function and the name of a message, as ``<function>-<name>``."""
    return path.name.removesuffix(_TAKEN).removesuffix(_REFUSED)


def _is_message(name: str) -> bool:
    function, _, rest = _subject(Path(name)).partition("-")
    return bool(_FUNCTION.fullmatch(function) and _NAME.fullmatch(rest))


def _has_messages(entry: os.DirEntry) -> bool:
    return entry.is_dir() and any(map(_is_message, os.listdir(entry.path)))


def _outbox(folder: Path, db: str) -> Path:
    if db in ("", ".", "..") or "/" in db:
        raise ValueError(f"{db!r} is no name of a database")
    return folder / "outbox" / db


def _set_apart(folder: Path, oid: int) -> Path:
    return folder / "outbox-by-number" / str(oid)
