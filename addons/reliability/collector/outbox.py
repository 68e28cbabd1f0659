"""What a database could not be told is kept in files, until the collector tells it.

A note is for a function of the database, ``reliability_...(jsonb)``, and says all that
is known of its thing so far: a later note of the same thing takes the earlier one's
place, and telling one twice must do no harm.
"""

import contextlib
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.errors import LockNotAvailable, QueryCanceled

from ..odoo_conf import settings
from ..telemetry.slots.lease import prepare_folder
from .connection import transaction

_logger = logging.getLogger(__name__)

MAX_MESSAGES = 20_000
"""Of one database: about 20 MB."""
MAX_REFUSED = 100
"""The newest are kept to be looked at."""
SECONDS_OF_A_VISIT = 5.0
"""The collector has other databases to visit."""
_SECONDS_OF_A_DRAFT = 3600.0
_SECONDS_KEPT_FOR_A_GONE_DATABASE = 24 * 3600.0

_FUNCTION = re.compile(r"reliability_[a-z_]{1,50}")
_NAME = re.compile(r"[0-9a-f]{32}")
_TAKEN = ".taken"
_REFUSED = ".refused"


class Full(Exception):
    """There are as many notes for a database as are kept."""


def store_message(db: str, function: str, name: str, note: dict) -> None:
    """Keep a note for a database.

    :param function: of the database, which takes it
    :param name: 32 hexadecimal digits that only notes of the same thing have
    :raise OSError: it cannot be stored
    :raise Full: too much is kept already
    """
    folder = settings().telemetry_dir
    of_db = _folder(folder, db)
    for private in (folder, of_db.parent, of_db):
        prepare_folder(private)
    path = of_db / f"{function}-{name}"
    if not path.exists() and sum(map(_is_note, os.listdir(of_db))) >= MAX_MESSAGES:
        raise Full(f"{MAX_MESSAGES} notes wait for {db}")
    new = of_db / f".{name}-{os.getpid()}"
    with open(new, "w", encoding="utf-8", opener=_for_us_alone) as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def databases(folder: Path) -> set[str]:
    """Return the databases that notes are kept for."""
    try:
        return {entry.name for entry in os.scandir(folder / "spool") if _waiting(entry)}
    except FileNotFoundError:
        return set()


def bring(folder: Path, db: str, connection: Any) -> None:
    """Tell a database what is kept for it; what it refuses is put aside, with a reason.

    It ends after a few seconds; the rest is told at the next visit.

    :param connection: to it, of psycopg2
    :raise psycopg2.OperationalError: it cannot be told now; it is kept
    """
    of_db = _folder(folder, db)
    until = time.monotonic() + SECONDS_OF_A_VISIT
    for path in _notes(of_db):
        if time.monotonic() > until:
            return
        function = path.name.partition("-")[0]
        # Under another name first: a newer note of the same thing may come meanwhile.
        taken = path.with_name(path.name.removesuffix(_TAKEN) + _TAKEN)
        with contextlib.suppress(FileNotFoundError):
            path.replace(taken)
        try:
            _tell(connection, function, taken.read_text("utf-8"))
        except FileNotFoundError:
            continue  # told a moment ago, with an older note of the same
        except (QueryCanceled, LockNotAvailable):
            os.utime(taken)  # the last from now on: the others need not wait for it
        except psycopg2.OperationalError:
            raise
        except (psycopg2.Error, ValueError) as error:
            if connection.closed:  # it is not the note's fault
                raise psycopg2.OperationalError(str(error)) from error
            _logger.error("%s cannot take %s: %s", db, taken.name, error)
            taken.replace(taken.with_name(taken.name.replace(_TAKEN, _REFUSED)))
        else:
            taken.unlink()
    _tidy_up(of_db)


def forget_gone(folder: Path, existing: Collection[str]) -> dict[str, int]:
    """Delete what is kept for databases that are gone for a day.

    :param existing: the names under which something can be told
    :return: database → notes that nobody can be told any more
    """
    lost = {}
    for db in databases(folder) - set(existing):
        of_db = _folder(folder, db)
        notes = list(_notes(of_db))
        newest = max((path.stat().st_mtime for path in notes), default=0.0)
        if newest < time.time() - _SECONDS_KEPT_FOR_A_GONE_DATABASE:
            shutil.rmtree(of_db, ignore_errors=True)
            lost[db] = len(notes)
    return lost


def _tidy_up(of_db: Path) -> None:
    """Delete what was refused long ago, and what died before it was a note."""
    entries = list(os.scandir(of_db)) if of_db.is_dir() else []
    refused = [entry for entry in entries if entry.name.endswith(_REFUSED)]
    refused.sort(key=_age)
    drafts = [
        entry
        for entry in entries
        if entry.name.startswith(".") and _age(entry) > _SECONDS_OF_A_DRAFT
    ]
    for entry in [*refused[MAX_REFUSED:], *drafts]:
        os.unlink(entry.path)


def _age(entry: os.DirEntry) -> float:
    return time.time() - entry.stat().st_mtime


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _tell(connection: Any, function: str, text: str) -> None:
    call = sql.SQL("SELECT {}(%s::jsonb)").format(sql.Identifier(function))
    with transaction(connection) as cr:
        cr.execute(call, [text])
        # Whatever is the custom there: the file is deleted next.
        cr.execute(
            "SELECT set_config('synchronous_commit', 'on', true)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )


def _notes(of_db: Path) -> Iterator[Path]:
    """Yield what is to be told, in the order in which it was noted last."""
    try:
        entries = [entry for entry in os.scandir(of_db) if _is_note(entry.name)]
    except FileNotFoundError:
        return
    for entry in sorted(entries, key=lambda entry: entry.stat().st_mtime):
        yield Path(entry.path)


def _is_note(name: str) -> bool:
    function, _, rest = name.removesuffix(_TAKEN).partition("-")
    return bool(_FUNCTION.fullmatch(function) and _NAME.fullmatch(rest))


def _waiting(entry: os.DirEntry) -> bool:
    return entry.is_dir() and any(map(_is_note, os.listdir(entry.path)))


def _folder(folder: Path, db: str) -> Path:
    if db in ("", ".", "..") or "/" in db:
        raise ValueError(f"{db!r} is no name of a database's folder")
    return folder / "spool" / db
