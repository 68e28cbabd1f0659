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
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ..telemetry import families
from ..telemetry.active_series import SeriesKey
from ..telemetry.families import stored_labels
from ..telemetry.rollup import Batch
from ..telemetry.slots.reader import Position
from ..telemetry.totals import Key, Totals, total_from

_logger = logging.getLogger(__name__)

FORMAT = 3
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
        db TEXT, number INTEGER, oid INTEGER, content TEXT, PRIMARY KEY (db, number)
    ) WITHOUT ROWID;
    CREATE TABLE delivery (
        db TEXT PRIMARY KEY, last_number INTEGER, attempted INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE databases (
        db TEXT PRIMARY KEY, oid INTEGER, current_name TEXT, gone REAL
    ) WITHOUT ROWID;
    CREATE TABLE tombstones (number INTEGER);
    CREATE TABLE token (
        digest TEXT PRIMARY KEY, server TEXT, oid INTEGER, confirmed TEXT
    ) WITHOUT ROWID;
    CREATE TABLE server (address TEXT, system TEXT);
"""
"""The columns: ``db``, the name of a database when it was measured; ``oid``, its
number, which it keeps under another name, ``NULL`` until it is known; ``current_name``,
its name now; ``gone``, the time since when it does not exist; ``last_number``, the
number of its last batch; ``attempted``, the number of the last batch that it may have;
``system``, the identifier of the PostgreSQL server, empty where it cannot be read.  The
table ``tombstones`` has the greatest batch number of all databases deleted here."""
_ACTIVE = """
    CREATE TABLE IF NOT EXISTS active_series (
        family TEXT, db TEXT, labels TEXT, slice INTEGER,
        PRIMARY KEY (family, db, labels)
    ) WITHOUT ROWID
"""
"""Files of older versions, which have the same format, lack this table."""

_SINCE = "db = ? AND number > ? AND oid IS ?"
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
        totals.restore_active(
            {
                SeriesKey(family, db, _labels(json.loads(labels))): last
                for family, db, labels, last in self._database.execute(
                    "SELECT family, db, labels, slice FROM active_series"
                )
            }
        )
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
        query = """
            SELECT coalesce(current_name, delivery.db) AS name, 0 AS count, gone
              FROM delivery LEFT JOIN databases ON databases.db = delivery.db
            UNION ALL
            SELECT coalesce(current_name, waiting.db), count, gone
              FROM (SELECT db, oid, count(*) AS count FROM batch GROUP BY db, oid)
                AS waiting
              LEFT JOIN databases
                ON databases.oid = waiting.oid AND databases.db = current_name
        """
        return dict(
            self._database.execute(
                f"SELECT name, sum(count) FROM ({query}) WHERE gone IS NULL GROUP BY 1"
            )
        )

    def current_name(self, db: str) -> str:
        """Return the current name of a database that may have been renamed."""
        query = "SELECT current_name FROM databases WHERE db = ?"
        found = self._database.execute(query, (db,)).fetchone()
        return found[0] if found else db

    def number_of(self, db: str) -> int | None:
        """Return the number of the database that last had a name, if it is known."""
        query = "SELECT oid FROM databases WHERE db = ?"
        found = self._database.execute(query, (db,)).fetchone()
        return found[0] if found else None

    def connected_to(self, address: str, system: str) -> None:
        """Forget the numbers of databases if they were those of another server.

        :param address: of the PostgreSQL server
        :param system: its identifier; empty if that cannot be read
        """
        query = "SELECT address, system FROM server"
        found = self._database.execute(query).fetchone()
        if found == (address, system):
            return
        known_address, known_system = found or (address, system)
        is_identified = bool(known_system and system)
        is_same = known_system == system if is_identified else known_address == address
        with self._database as database:
            if not is_same:
                for table in ("databases", "batch"):
                    database.execute(f"UPDATE {table} SET oid = NULL")
            if not is_same and is_identified:
                # No physical copy: what is here was restored, which its origin tells.
                database.execute("DELETE FROM token")
            database.execute("DELETE FROM server")
            database.execute("INSERT INTO server VALUES (?, ?)", (address, system))

    def displaced(self, existing: Mapping[str, int]) -> dict[str, int]:
        """Return the names that another database has now: name → number of the former.

        Only those whose former database exists, under another name.

        :param existing: name → oid of every existing database
        """
        numbers = set(existing.values())
        return {
            db: oid
            for db, oid in self._database.execute("SELECT db, oid FROM databases")
            if oid in numbers and existing.get(db, oid) != oid
        }

    def reconcile_databases(
        self,
        existing: Mapping[str, int],
        now: float,
        without_app: Collection[str] = (),
    ) -> dict[str, int]:
        """Record which databases exist, and delete those that are gone for a day.

        A database is known by its oid: batches are delivered to the database that they
        were measured in, whatever its name is now.  A new one replaces a former one
        that had the same name and does not exist any more: it was restored.

        :param existing: name → oid of every existing database
        :param without_app: the existing ones that count as gone
        :return: name that no database has any more, or another one has → number of
            calls in deleted batches
        """
        measured = existing.keys() - set(without_app)
        with self._database as database:
            query = (
                "SELECT db, oid FROM databases"
                " WHERE db = current_name AND oid IS NOT NULL AND gone IS NULL"
            )
            changed = {
                db
                for db, oid in database.execute(query)
                if existing.get(db, oid) != oid
            }
            self._replace_restored(existing)
            known = dict(database.execute("SELECT db, oid FROM databases"))
            # Also databases without batches: one may be renamed before the next call
            # of this method, and have batches by then.
            for db in (*self.waiting(), *measured):
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
                        "gone": None if name in measured else now,
                    },
                )
            database.execute(
                "UPDATE batch SET oid = "
                "(SELECT oid FROM databases WHERE databases.db = batch.db)"
                " WHERE oid IS NULL"
            )
            retired = (known.keys() - measured) | changed
            return {db: self._retire_if_gone(db, now) for db in retired}

    def _replace_restored(self, existing: Mapping[str, int]) -> None:
        """Give what waits for a dropped database to the new one with its name."""
        numbers = set(existing.values())
        query = "SELECT db, oid FROM databases WHERE db = current_name"
        for db, oid in self._database.execute(query).fetchall():
            if db in existing and oid is not None and oid not in numbers:
                for table in ("batch", "databases"):
                    self._database.execute(
                        f"UPDATE {table} SET oid = ? WHERE oid = ?", (existing[db], oid)
                    )

    def _retire_if_gone(self, db: str, now: float) -> int:
        """Delete a database that is gone for a day.

        Its totals are deleted at once.

        :return: number of calls in its deleted batches
        """
        execute = self._database.execute
        execute("DELETE FROM total WHERE db = ?", (db,))
        execute("DELETE FROM active_series WHERE db = ?", (db,))
        query = "SELECT oid FROM databases WHERE db = ? AND gone < ?"
        since = now - _RETENTION_OF_A_GONE_DATABASE
        found = execute(query, (db, since)).fetchone()
        if not found:
            return 0
        its = "oid = ? OR oid IS NULL AND db = ?"
        values = found[0], db
        lost = sum(
            total.count
            for (content,) in execute(f"SELECT content FROM batch WHERE {its}", values)
            for total in Batch.loads(content).rows.values()
        )
        execute(f"DELETE FROM batch WHERE {its}", values)
        # It may be restored, with the number of its last batch: the next is greater.
        execute(
            "INSERT INTO tombstones SELECT last_number FROM delivery WHERE db = ?",
            (db,),
        )
        last = "(SELECT max(number) FROM tombstones)"
        execute(f"DELETE FROM tombstones WHERE number < {last}")
        for table in ("delivery", "databases"):
            # Another database that once had its name may have batches under it.
            unused = "db = ? AND db NOT IN (SELECT db FROM batch)"
            execute(f"DELETE FROM {table} WHERE {unused}", (db,))
        return lost

    def measured_in(self, db: str, oid: int) -> list[str]:
        """Return the names under which the waiting batches of a database were measured.

        Batches of this name whose number is unknown are its own from now on.
        """
        with self._database as database:
            database.execute(
                "UPDATE batch SET oid = ? WHERE db = ? AND oid IS NULL", (oid, db)
            )
        query = "SELECT DISTINCT db FROM batch WHERE oid = ?"
        return [name for (name,) in self._database.execute(query, (oid,))]

    def pending(self, db: str, oid: int | None) -> list[tuple[int, str]]:
        """Return the number and JSON of each waiting batch of a database.

        :param db: its name when it was measured
        :param oid: its number; ``None`` for batches whose database is not known yet
        """
        query = (
            "SELECT number, content FROM batch WHERE db = ? AND oid IS ?"
            " ORDER BY number"
        )
        return self._database.execute(query, (db, oid)).fetchall()

    def claim(self, digest: str, server: str, oid: int, confirmed: str) -> bool:
        """Return whether a token opens a database: the first one that was seen with it.

        Another one gets it when the first does not exist any more, or was on another
        PostgreSQL server and the token was confirmed since.

        :param server: the address that the database is reached at
        :param confirmed: when an administrator last confirmed the token there, in ISO
            format
        """
        claimant = server, oid, confirmed
        query = "SELECT server, oid, confirmed FROM token WHERE digest = ?"
        first = self._database.execute(query, (digest,)).fetchone()
        if first is not None and first[:2] != (server, oid):
            if first[0] == server and self._exists(first[1]):
                return False
            if first[0] != server and confirmed <= first[2]:
                return False
        if first != claimant:
            with self._database as database:
                # A database has one token; an earlier one may be used elsewhere.
                database.execute(
                    "DELETE FROM token WHERE server = ? AND oid = ?", (server, oid)
                )
                database.execute(
                    "REPLACE INTO token VALUES (?, ?, ?, ?)", (digest, *claimant)
                )
        return True

    def _exists(self, oid: int) -> bool:
        query = "SELECT 1 FROM databases WHERE oid = ? AND gone IS NULL"
        return self._database.execute(query, (oid,)).fetchone() is not None

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

    def delivered(self, db: str, number: int, oid: int | None) -> None:
        """Delete the batches up to ``number``, which their database has.

        :param oid: see :meth:`pending`
        """
        with self._database as database:
            database.execute(
                "DELETE FROM batch WHERE db = ? AND number <= ? AND oid IS ?",
                (db, number, oid),
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
        oid = self.number_of(db)
        since = (db, attempted, oid)
        query = f"SELECT count(*) FROM batch WHERE {_SINCE}"
        if execute(query, since).fetchone()[0] >= _MAX_BATCHES:
            # A new batch: if the transaction fails, ``batch`` is inserted again.
            batch = Batch.sum_of(batch, *self._batches_since(since))
            execute(f"DELETE FROM batch WHERE {_SINCE}", since)
        content = batch.dumps()
        if len(content) > _MAX_BATCH_BYTES:
            return sum(total.count for total in batch.rows.values())
        execute("INSERT INTO batch VALUES (?, ?, ?, ?)", (db, number, oid, content))
        return 0

    def _batches_since(self, since: tuple[str, int, int | None]) -> Iterator[Batch]:
        query = f"SELECT content FROM batch WHERE {_SINCE}"
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
            database.executemany(
                "REPLACE INTO active_series VALUES (?, ?, ?, ?)",
                [
                    (series.family, series.db, json.dumps(series.labels), last)
                    for series, last in totals.active.unsaved_slices()
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
        totals.active.unsaved.clear()
        totals.unsaved_drops = False

    def close(self) -> None:
        self._database.close()


def _labels(saved: list[str] | None) -> tuple[str, ...] | None:
    """Return the labels of an active series; see :class:`SeriesKey`."""
    return None if saved is None else stored_labels(saved)


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
        with database:
            database.execute(_ACTIVE)
    except BaseException:
        database.close()
        raise
    return database
