"""The collector's state: totals, batches for databases, and positions in slots.

Everything is saved in one transaction of SQLite.  A collector that is killed at any
instruction has either the old totals with the old positions, or the new totals with the
new positions, so every event counts once.  A batch waits here until its database has
it.  SQLite does not wait for the disk (``synchronous = OFF``): if the host crashes, the
slots are lost anyway.
"""

import json
import logging
import os
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..telemetry import families
from ..telemetry.families import stored_labels
from ..telemetry.rollup import Batch
from ..telemetry.slots.reader import Position
from ..telemetry.totals import Key, Totals, total_from

_logger = logging.getLogger(__name__)

FORMAT = 2
_SCHEMA = """
    CREATE TABLE total (
        family TEXT, db TEXT, labels TEXT, outcome TEXT, content TEXT,
        PRIMARY KEY (family, db, labels, outcome)
    ) WITHOUT ROWID;
    CREATE TABLE event_total (events INTEGER);
    CREATE TABLE dropped (reason TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
    CREATE TABLE family (name TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID;
    CREATE TABLE position (slot TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID;
    CREATE TABLE source (name TEXT);
    CREATE TABLE batch (
        db TEXT, number INTEGER, content TEXT, PRIMARY KEY (db, number)
    ) WITHOUT ROWID;
    CREATE TABLE delivery (
        db TEXT PRIMARY KEY, last_number INTEGER, attempted INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE databases (
        db TEXT PRIMARY KEY, oid INTEGER, current_name TEXT, gone REAL
    ) WITHOUT ROWID;
    CREATE TABLE tombstones (number INTEGER);
"""
"""The columns: ``db``, the name of a database when it was measured; ``current_name``,
its name now; ``gone``, the time since when it does not exist; ``last_number``, the
number of its last batch; ``attempted``, the number of the last batch that it may have.
The table ``tombstones`` has the greatest batch number of all databases deleted here."""

_MAX_BATCHES = 60
_MAX_BATCH_BYTES = 32 * 1024 * 1024
_RETENTION_OF_A_GONE_DATABASE = 24 * 3600.0


class State:
    """The open state file.

    A file that is damaged or of another format is quarantined with a warning, and
    counters start again at 0.

    :ivar totals: the saved totals
    :ivar positions: identity of a slot → position up to which it was read
    :ivar source: the unique name of this state file; a database identifies a batch by
        the name and the number of the batch
    :ivar is_reset: whether a file was quarantined: the events in the slots were counted
        before, and counting them again would look like a burst after the reset
    :raise sqlite3.Error: the storage is full or read-only
    """

    def __init__(self, path: Path):
        self.is_reset = False
        try:
            self._open(path)
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, LookupError, TypeError, ValueError) as error:
            _logger.warning("%s is quarantined: %r; counters restart", path, error)
            os.replace(path, path.with_name(f"{path.name}.quarantined"))
            self._open(path)
            self.is_reset = True

    def _open(self, path: Path) -> None:
        self._database = _connect(path)
        try:
            self.totals, self.positions = self._load()
            self.source = self._source()
        except BaseException:
            self._database.close()
            raise

    def _load(self) -> tuple[Totals, dict[str, Position]]:
        totals = Totals()
        stored = self._database.execute("SELECT content FROM family").fetchall()
        learned = [families.learn(json.loads(content)) for (content,) in stored]
        self._saved_families = {family.name: family for family in learned}
        for family, db, labels, outcome, content in self._database.execute(
            "SELECT family, db, labels, outcome, content FROM total"
        ):
            key = Key(family, db, stored_labels(json.loads(labels)), outcome)
            totals.restore(key, total_from(json.loads(content)))
        totals.dropped = dict(
            self._database.execute("SELECT reason, count FROM dropped")
        )
        counted = self._database.execute("SELECT events FROM event_total").fetchone()
        (totals.events,) = counted or (0,)
        positions = {
            slot: Position(**json.loads(content))
            for slot, content in self._database.execute("SELECT * FROM position")
        }
        return totals, positions

    def _source(self) -> str:
        with self._database as database:
            found = database.execute("SELECT name FROM source").fetchone()
            if not found:
                found = (secrets.token_hex(8),)
                database.execute("INSERT INTO source VALUES (?)", found)
        return found[0]

    def waiting(self) -> dict[str, int]:
        """Return the number of waiting batches of each database that ever had any."""
        query = (
            "SELECT db, (SELECT count(*) FROM batch WHERE batch.db = delivery.db)"
            " FROM delivery"
        )
        return dict(self._database.execute(query))

    def waiting_by_current_name(self) -> dict[str, int]:
        """Return the same by current name, without databases that do not exist."""
        query = (
            "SELECT coalesce(current_name, delivery.db), sum("
            "  (SELECT count(*) FROM batch WHERE batch.db = delivery.db)"
            ") FROM delivery LEFT JOIN databases ON databases.db = delivery.db"
            " WHERE gone IS NULL GROUP BY 1"
        )
        return dict(self._database.execute(query))

    def current_name(self, db: str) -> str:
        """Return the current name of a database that may have been renamed."""
        query = "SELECT current_name FROM databases WHERE db = ?"
        found = self._database.execute(query, (db,)).fetchone()
        return found[0] if found else db

    def reconcile_databases(
        self, existing: Mapping[str, int], now: float
    ) -> dict[str, int]:
        """Record which databases exist, and delete those that are gone for a day.

        A renamed database is recognized by its oid: its batches are delivered to its
        new name.

        :param existing: name → oid of every existing database
        :return: name of each database that does not exist under this name → number of
            calls in its deleted batches
        """
        with self._database as database:
            known = dict(database.execute("SELECT db, oid FROM databases"))
            # Also databases without batches: one may be renamed before the next call
            # of this method, and have batches by then.
            for db in (*self.waiting(), *existing):
                known.setdefault(db, None)
            names = {oid: name for name, oid in existing.items()}
            for db, oid in known.items():
                name = db if db in existing else names.get(oid, db)
                database.execute(
                    "INSERT INTO databases VALUES (:db, :oid, :name, :gone)"
                    " ON CONFLICT DO UPDATE SET oid = coalesce(:oid, oid),"
                    " current_name = :name,"
                    " gone = CASE WHEN :gone IS NULL THEN NULL"
                    "        ELSE coalesce(gone, :gone) END",
                    {
                        "db": db,
                        "oid": existing.get(db),
                        "name": name,
                        "gone": None if name in existing else now,
                    },
                )
            return {db: self._retire_if_gone(db, now) for db in known.keys() - existing}

    def _retire_if_gone(self, db: str, now: float) -> int:
        """Delete a database that is gone for a day.

        Its totals are deleted at once.

        :return: number of calls in its deleted batches
        """
        execute = self._database.execute
        execute("DELETE FROM total WHERE db = ?", (db,))
        query = "SELECT db FROM databases WHERE db = ? AND gone < ?"
        since = now - _RETENTION_OF_A_GONE_DATABASE
        if not execute(query, (db, since)).fetchone():
            return 0
        lost = sum(
            total.count
            for _number, content in self.pending(db)
            for total in Batch.loads(content).rows.values()
        )
        # It may be restored, with the number of its last batch: the next is greater.
        execute(
            "INSERT INTO tombstones SELECT last_number FROM delivery WHERE db = ?",
            (db,),
        )
        last = "(SELECT max(number) FROM tombstones)"
        execute(f"DELETE FROM tombstones WHERE number < {last}")
        for table in ("batch", "delivery", "databases"):
            execute(f"DELETE FROM {table} WHERE db = ?", (db,))
        return lost

    def pending(self, db: str) -> list[tuple[int, str]]:
        """Return the number and JSON of each waiting batch of a database."""
        query = "SELECT number, content FROM batch WHERE db = ? ORDER BY number"
        return self._database.execute(query, (db,)).fetchall()

    def attempt(self, db: str, number: int) -> int:
        """Record that a database may have the batches up to ``number`` from now on.

        No other batch is merged into them: the database would take it for known.

        :return: the number up to which the database might have batches before, which
            is the argument of :meth:`refused`
        """
        query = "SELECT attempted FROM delivery WHERE db = ?"
        with self._database as database:
            (before,) = database.execute(query, (db,)).fetchone()
            self._set_attempted(db, max(before, number))
        return before

    def refused(self, db: str, before: int) -> None:
        """Record that a database has none of the batches attempted last.

        They may be merged again: else a database that refuses batches at each poll
        would get more and more of them.

        :param before: the number that :meth:`attempt` returned
        """
        with self._database:
            self._set_attempted(db, before)

    def _set_attempted(self, db: str, number: int) -> None:
        query = "UPDATE delivery SET attempted = ? WHERE db = ?"
        self._database.execute(query, (number, db))

    def delivered(self, db: str, number: int) -> None:
        """Delete the batches up to ``number``, which their database has."""
        with self._database as database:
            database.execute(
                "DELETE FROM batch WHERE db = ? AND number <= ?", (db, number)
            )

    def _insert_batch(self, db: str, batch: Batch) -> int:
        """Insert a batch with the next number of its database.

        If many batches wait, since the database is down, they are merged into one.

        :return: number of lost calls: a batch that is too large is not stored
        """
        execute = self._database.execute
        first = "(SELECT coalesce(max(number), 0) FROM tombstones)"
        execute(f"INSERT OR IGNORE INTO delivery VALUES (?, {first}, 0)", (db,))
        execute("UPDATE delivery SET last_number = last_number + 1 WHERE db = ?", (db,))
        query = "SELECT last_number, attempted FROM delivery WHERE db = ?"
        number, attempted = execute(query, (db,)).fetchone()
        since = (db, attempted)
        query = "SELECT count(*) FROM batch WHERE db = ? AND number > ?"
        if execute(query, since).fetchone()[0] >= _MAX_BATCHES:
            # A new batch: if the transaction fails, ``batch`` is inserted again.
            batch = Batch.sum_of(batch, *self._batches_since(since))
            execute("DELETE FROM batch WHERE db = ? AND number > ?", since)
        content = batch.dumps()
        if len(content) > _MAX_BATCH_BYTES:
            return sum(total.count for total in batch.rows.values())
        execute("INSERT INTO batch VALUES (?, ?, ?)", (db, number, content))
        return 0

    def _batches_since(self, since: tuple[str, int]) -> Iterator[Batch]:
        query = "SELECT content FROM batch WHERE db = ? AND number > ?"
        for (content,) in self._database.execute(query, since).fetchall():
            yield Batch.loads(content)

    def save(
        self,
        totals: Totals,
        positions: dict[str, Position],
        batches: Mapping[str, Batch],
    ) -> None:
        """Save all changes in one transaction.

        :raise sqlite3.Error: nothing was saved; the call may be repeated
        """
        with self._database as database:
            lost = sum(self._insert_batch(db, batch) for db, batch in batches.items())
            known = families.known()
            if known != self._saved_families:
                database.executemany(
                    "REPLACE INTO family VALUES (?, ?)",
                    [
                        (name, json.dumps(spec.as_json()))
                        for name, spec in known.items()
                    ],
                )
            dropped = Counter(totals.dropped)
            dropped["undelivered"] += lost
            database.executemany(
                "REPLACE INTO total VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        key.family,
                        key.db,
                        json.dumps(key.labels),
                        key.outcome,
                        json.dumps(vars(totals.by_key[key])),
                    )
                    for key in totals.changed
                ],
            )
            database.executemany("REPLACE INTO dropped VALUES (?, ?)", dropped.items())
            database.execute("DELETE FROM event_total")
            database.execute("INSERT INTO event_total VALUES (?)", (totals.events,))
            database.execute("DELETE FROM position")
            database.executemany(
                "INSERT INTO position VALUES (?, ?)",
                [
                    (slot, json.dumps(vars(position)))
                    for slot, position in positions.items()
                ],
            )
        self._saved_families = known
        totals.drop({"undelivered": lost})  # once, however often this was repeated
        totals.changed.clear()
        totals.unsaved_drops = False

    def close(self) -> None:
        self._database.close()


def _connect(path: Path) -> sqlite3.Connection:
    """Open the state file, make it if it is new, and check it.

    :raise sqlite3.DatabaseError: it is damaged or has another format
    """
    # One thread writes, another one may close it.
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
