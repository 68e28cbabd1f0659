"""The collector's memory: totals, and how far each slot was read, in one SQLite file.

Both are written in one transaction, so that a collector killed at any instruction
finds either the old totals with the old places or the new with the new: every event
counts once.  Nothing waits for the disk (``synchronous = OFF``): the slots are gone
with the host, and so may this file be.
"""

import json
import logging
import os
import sqlite3
from dataclasses import asdict
from pathlib import Path

from .aggregate import Key, Total, Totals
from .events import all_labels
from .reader import Place

_logger = logging.getLogger(__name__)

FORMAT = 1
_SCHEMA = """
    CREATE TABLE total (
        family TEXT, db TEXT, labels TEXT, outcome TEXT, content TEXT,
        PRIMARY KEY (family, db, labels, outcome)
    ) WITHOUT ROWID;
    CREATE TABLE place (slot TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID;
    CREATE TABLE dropped (reason TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
"""


class State:
    """The open state file.

    A file that is damaged or of another format is set aside with a warning, and
    counters start again at 0.

    :ivar totals: as they were saved
    :ivar places: how far each slot was read, by its identity
    :ivar begins_anew: whether a file was set aside: what the slots hold was counted
        before, and counting it again would look like a burst after the reset
    :raise sqlite3.Error: the storage is full or read-only
    """

    def __init__(self, path: Path):
        self.begins_anew = False
        try:
            self._open(path)
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, LookupError, TypeError, ValueError) as error:
            _logger.warning("%s is set aside: %r; counters restart", path, error)
            os.replace(path, path.with_name(path.name + ".aside"))
            self._open(path)
            self.begins_anew = True

    def _open(self, path: Path) -> None:
        self._database = _connect(path)
        try:
            self.totals, self.places = self._load()
        except BaseException:
            self._database.close()
            raise

    def _load(self) -> tuple[Totals, dict[str, Place]]:
        totals = Totals()
        for family, db, labels, outcome, content in self._database.execute(
            "SELECT family, db, labels, outcome, content FROM total"
        ):
            key = Key(family, db, all_labels(family, json.loads(labels)), outcome)
            totals.restore(key, _total_from(json.loads(content)))
        totals.dropped = dict(
            self._database.execute("SELECT reason, count FROM dropped")
        )
        places = {
            slot: Place(**json.loads(content))
            for slot, content in self._database.execute("SELECT * FROM place")
        }
        return totals, places

    def save(self, totals: Totals, places: dict[str, Place]) -> None:
        """Save what changed, all of it or nothing.

        :raise sqlite3.Error: it was not saved; it can be tried again
        """
        with self._database as database:
            database.executemany(
                "REPLACE INTO total VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        key.family,
                        key.db,
                        json.dumps(key.labels),
                        key.outcome,
                        json.dumps(asdict(totals.by_key[key])),
                    )
                    for key in totals.changed
                ],
            )
            database.executemany(
                "REPLACE INTO dropped VALUES (?, ?)", totals.dropped.items()
            )
            database.execute("DELETE FROM place")
            database.executemany(
                "INSERT INTO place VALUES (?, ?)",
                [(slot, json.dumps(asdict(place))) for slot, place in places.items()],
            )
        totals.changed.clear()
        totals.unsaved_drops = False

    def close(self) -> None:
        self._database.close()


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file and make sure that it is ours, whole and of this format."""
    # Written by the thread that collects, closed by the one that stops it.
    database = sqlite3.connect(path, timeout=1.0, check_same_thread=False)
    try:
        os.chmod(path, 0o600)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = TRUNCATE")
        database.execute("PRAGMA synchronous = OFF")
        (found,) = database.execute("PRAGMA user_version").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            with database:
                database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version={FORMAT}")
        elif found != FORMAT:
            raise sqlite3.DatabaseError(f"its format is {found}, not {FORMAT}")
        elif database.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("it is damaged")
    except BaseException:
        database.close()
        raise
    return database


def _total_from(content: dict) -> Total:
    """Undo what JSON does to the keys of a dictionary."""
    buckets = {int(index): n for index, n in content.pop("buckets").items()}
    thresholds = {float(bound): n for bound, n in content.pop("at_or_under").items()}
    return Total(**content, buckets=buckets, at_or_under=thresholds)
