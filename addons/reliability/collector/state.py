"""The collector's memory: totals, batches for databases, and how far slots were read.

All is written in one transaction of SQLite, so that a collector killed at any
instruction finds either the old totals with the old places or the new with the new:
every event counts once.  A batch waits here until its database has it.  Nothing waits
for the disk (``synchronous = OFF``): the slots are gone with the host, and so may this
file be.
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
from ..telemetry.families import all_labels
from ..telemetry.rollup import Batch
from ..telemetry.slots.reader import Position
from ..telemetry.totals import Key, Totals, total_from

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
_SCHEMA_OF_BATCHES = """
    CREATE TABLE IF NOT EXISTS batch (
        db TEXT, number INTEGER, content TEXT, PRIMARY KEY (db, number)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS delivery (
        db TEXT PRIMARY KEY, sealed INTEGER, attempted INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS source (name TEXT);
    CREATE TABLE IF NOT EXISTS databases (
        db TEXT PRIMARY KEY, oid INTEGER, address TEXT, gone REAL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS event_total (events INTEGER);
    CREATE TABLE IF NOT EXISTS tombstones (number INTEGER);
    CREATE TABLE IF NOT EXISTS family (
        name TEXT PRIMARY KEY, content TEXT
    ) WITHOUT ROWID;
"""

_MOST_BATCHES = 60
_MOST_BYTES = 32 * 1024 * 1024
_SECONDS_KEPT_FOR_A_GONE_DATABASE = 24 * 3600.0


class State:
    """The open state file.

    A file that is damaged or of another format is set aside with a warning, and
    counters start again at 0.

    :ivar totals: as they were saved
    :ivar places: how far each slot was read, by its identity
    :ivar source: a name that no other state file ever had; with it and its number, a
        database knows a batch
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
            key = Key(family, db, all_labels(family, json.loads(labels)), outcome)
            totals.restore(key, total_from(json.loads(content)))
        totals.dropped = dict(
            self._database.execute("SELECT reason, count FROM dropped")
        )
        counted = self._database.execute("SELECT events FROM event_total").fetchone()
        (totals.events,) = counted or (sum(t.count for t in totals.by_key.values()),)
        places = {
            slot: Position(**json.loads(content))
            for slot, content in self._database.execute("SELECT * FROM place")
        }
        return totals, places

    def _source(self) -> str:
        with self._database as database:
            found = database.execute("SELECT name FROM source").fetchone()
            if not found:
                found = (secrets.token_hex(8),)
                database.execute("INSERT INTO source VALUES (?)", found)
        return found[0]

    def waiting(self) -> dict[str, int]:
        """Return how many batches wait for each database that ever had any."""
        query = (
            "SELECT db, (SELECT count(*) FROM batch WHERE batch.db = delivery.db)"
            " FROM delivery"
        )
        return dict(self._database.execute(query))

    def waiting_now(self) -> dict[str, int]:
        """Return the same by what databases are called now, without those gone."""
        query = (
            "SELECT coalesce(address, delivery.db), sum("
            "  (SELECT count(*) FROM batch WHERE batch.db = delivery.db)"
            ") FROM delivery LEFT JOIN databases ON databases.db = delivery.db"
            " WHERE gone IS NULL GROUP BY 1"
        )
        return dict(self._database.execute(query))

    def address(self, db: str) -> str:
        """Return what a database is called by now."""
        query = "SELECT address FROM databases WHERE db = ?"
        found = self._database.execute(query, (db,)).fetchone()
        return found[0] if found else db

    def find(self, existing: Mapping[str, int], now: float) -> dict[str, int]:
        """Note which databases exist, and forget those that are gone for a day.

        A database is known by its number also when it is renamed: what waits for it
        goes to its new name.

        :param existing: name → the number that PostgreSQL has for the database (oid)
        :return: the databases that are not there any more under their name → calls
            that waited for them and are forgotten
        """
        with self._database as database:
            known = dict(database.execute("SELECT db, oid FROM databases"))
            # Those that nothing was measured in, too: one may be renamed before it is
            # looked for again, and what was measured meanwhile waits for it.
            for db in (*self.waiting(), *existing):
                known.setdefault(db, None)
            names = {oid: name for name, oid in existing.items()}
            for db, oid in known.items():
                name = db if db in existing else names.get(oid, db)
                database.execute(
                    "INSERT INTO databases VALUES (:db, :oid, :name, :gone)"
                    " ON CONFLICT DO UPDATE SET oid = coalesce(:oid, oid),"
                    " address = :name,"
                    " gone = CASE WHEN :gone IS NULL THEN NULL"
                    "        ELSE coalesce(gone, :gone) END",
                    {
                        "db": db,
                        "oid": existing.get(db),
                        "name": name,
                        "gone": None if name in existing else now,
                    },
                )
            return {db: self._forget_if_gone(db, now) for db in known.keys() - existing}

    def _forget_if_gone(self, db: str, now: float) -> int:
        """Forget a database that is gone for a day; return what waited for it."""
        execute = self._database.execute
        execute("DELETE FROM total WHERE db = ?", (db,))
        query = "SELECT db FROM databases WHERE db = ? AND gone < ?"
        since = now - _SECONDS_KEPT_FOR_A_GONE_DATABASE
        if not execute(query, (db, since)).fetchone():
            return 0
        lost = sum(
            total.count
            for _number, content in self.pending(db)
            for total in Batch.loads(content).rows.values()
        )
        # It may be restored, with the number of its last batch: go on after it.
        execute(
            "INSERT INTO tombstones SELECT sealed FROM delivery WHERE db = ?", (db,)
        )
        last = "(SELECT max(number) FROM tombstones)"
        execute(f"DELETE FROM tombstones WHERE number < {last}")
        for table in ("batch", "delivery", "databases"):
            execute(f"DELETE FROM {table} WHERE db = ?", (db,))
        return lost

    def pending(self, db: str) -> list[tuple[int, str]]:
        """Return the batches that wait for a database, each with its number first."""
        query = "SELECT number, content FROM batch WHERE db = ? ORDER BY number"
        return self._database.execute(query, (db,)).fetchall()

    def attempt(self, db: str, number: int) -> int:
        """Note that a database may have the batches up to ``number`` from here on.

        They keep their numbers: what is merged with them would be taken for known.

        :return: up to which it may have had them before, for :meth:`refused`
        """
        query = "SELECT attempted FROM delivery WHERE db = ?"
        with self._database as database:
            (before,) = database.execute(query, (db,)).fetchone()
            self._may_have(db, max(before, number))
        return before

    def refused(self, db: str, before: int) -> None:
        """Note that a database has none of those that were just attempted: they may be
        merged, or they would become more and more where it refuses them each time.

        :param before: what :meth:`attempt` returned
        """
        with self._database:
            self._may_have(db, before)

    def _may_have(self, db: str, number: int) -> None:
        query = "UPDATE delivery SET attempted = ? WHERE db = ?"
        self._database.execute(query, (number, db))

    def delivered(self, db: str, number: int) -> None:
        """Forget the batches up to ``number``, which their database has."""
        with self._database as database:
            database.execute(
                "DELETE FROM batch WHERE db = ? AND number <= ?", (db, number)
            )

    def _seal(self, db: str, batch: Batch) -> int:
        """Give a batch the next number of its database.

        Many that wait for a database that is down become one.

        :return: how many calls were lost, since they had become too much to keep
        """
        execute = self._database.execute
        first = "(SELECT coalesce(max(number), 0) FROM tombstones)"
        execute(f"INSERT OR IGNORE INTO delivery VALUES (?, {first}, 0)", (db,))
        execute("UPDATE delivery SET sealed = sealed + 1 WHERE db = ?", (db,))
        query = "SELECT sealed, attempted FROM delivery WHERE db = ?"
        number, attempted = execute(query, (db,)).fetchone()
        since = (db, attempted)
        query = "SELECT count(*) FROM batch WHERE db = ? AND number > ?"
        if execute(query, since).fetchone()[0] >= _MOST_BATCHES:
            # Not into the batch itself: if this is not saved, it is sealed once more.
            batch = Batch.sum_of(batch, *self._contents(since))
            execute("DELETE FROM batch WHERE db = ? AND number > ?", since)
        content = batch.dumps()
        if len(content) > _MOST_BYTES:
            return sum(total.count for total in batch.rows.values())
        execute("INSERT INTO batch VALUES (?, ?, ?)", (db, number, content))
        return 0

    def _contents(self, since: tuple[str, int]) -> Iterator[Batch]:
        query = "SELECT content FROM batch WHERE db = ? AND number > ?"
        for (content,) in self._database.execute(query, since).fetchall():
            yield Batch.loads(content)

    def save(
        self, totals: Totals, places: dict[str, Position], batches: Mapping[str, Batch]
    ) -> None:
        """Save what changed, all of it or nothing.

        :raise sqlite3.Error: it was not saved; it can be tried again
        """
        with self._database as database:
            lost = sum(self._seal(db, batch) for db, batch in batches.items())
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
            database.execute("DELETE FROM place")
            database.executemany(
                "INSERT INTO place VALUES (?, ?)",
                [(slot, json.dumps(vars(place))) for slot, place in places.items()],
            )
        self._saved_families = known
        totals.drop({"undelivered": lost})  # once, however often this was tried
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
        database.executescript(_SCHEMA_OF_BATCHES)
    except BaseException:
        database.close()
        raise
    return database
