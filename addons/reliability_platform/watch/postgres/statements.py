"""Statements: which of them take the time of PostgreSQL, by ``pg_stat_statements``."""

import re
import time
from collections import deque
from collections.abc import Mapping, Set
from typing import Any, NamedTuple

from psycopg2 import sql

from ..problem import Check, Problem
from .part import Part

_MINUTE, _TABLE = 60.0, 300.0
"""Seconds for which the problem and the table count."""
_SHORTEST = 4.0
"""Seconds: a statement counts when it ends, with all of its time."""
_MAX_ROWS, _MAX_TEXT = 10, 300
_LISTED = 1_000
"""Milliseconds that a statement has taken at least, else its own time is not read."""
_MIN_BUSY = 0.5
"""Processors that all statements keep busy together: else it does not matter which."""

_SCHEMA = """
    SELECT nspname FROM pg_extension JOIN pg_namespace AS schema
        ON schema.oid = extnamespace
     WHERE extname = 'pg_stat_statements'
       AND current_setting('pg_stat_statements.max', true) IS NOT NULL
"""
# Reading the texts takes most of the time, and few of them are needed.  The row without
# numbers is the sum of all.
_TOTALS = sql.SQL(
    """
    SELECT dbid, queryid, sum(total_exec_time) / 1000, sum(calls)::bigint,
           sum(rows)::bigint
      FROM {schema}.pg_stat_statements(false) WHERE queryid IS NOT NULL
     GROUP BY GROUPING SETS ((dbid, queryid), ())
    HAVING grouping(dbid) = 1 OR sum(total_exec_time) > %s
"""
)
_TEXTS = sql.SQL(
    """
    SELECT DISTINCT ON (dbid, queryid) dbid, queryid, datname, query
      FROM {schema}.pg_stat_statements(true) JOIN pg_database ON pg_database.oid = dbid
     WHERE queryid = ANY(%s)
"""
)
_NORMALISED = re.compile(
    r"\s*(select|insert|update|delete|with|merge)\b", re.IGNORECASE
)
_TEXT = re.compile(r"'(?:[^']|'')*'")

Key = tuple[int, int]
"""The numbers of a database and a statement."""


class Total(NamedTuple):
    """What a statement has taken.

    :ivar seconds: of execution
    """

    seconds: float
    calls: int
    rows: int


_NONE = Total(0.0, 0, 0)


class Reading(NamedTuple):
    """The totals of statements at a time.

    :ivar time: in seconds
    :ivar seconds: of all statements together
    """

    time: float
    seconds: float
    totals: Mapping[Key, Total]


class Taken(NamedTuple):
    """What statements have taken between two readings.

    :ivar elapsed: seconds between the readings
    :ivar seconds: of all statements together
    """

    elapsed: float
    seconds: float
    totals: Mapping[Key, Total]


class Statements(Part):
    """Finds the statement that takes most of the time."""

    def __init__(self) -> None:
        self._readings: deque[Reading] = deque()
        self._texts: dict[Key, tuple[str, str]] = {}

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Compare the totals with those of some minutes ago."""
        cr.execute(_SCHEMA)
        if not (row := cr.fetchone()):
            return Check(missing=["pg_stat_statements"])
        schema = sql.Identifier(row[0])
        self._readings.append(_read(cr, schema))
        minutes = self._taken_in(_TABLE)
        while self._readings[-1].time - self._readings[0].time > _TABLE:
            self._readings.popleft()
        keys = sorted(minutes.totals, key=lambda key: -minutes.totals[key].seconds)
        top = keys[:_MAX_ROWS]
        dominating = find(self._taken_in(_MINUTE), thresholds["statement_share"])
        self._read_texts(cr, schema, {*top, *dominating})
        return Check(
            [self._problem(key, numbers) for key, numbers in dominating.items()],
            facts={"statements": [self._row(key, minutes) for key in top]},
        )

    def _taken_in(self, seconds: float) -> Taken:
        """Return what statements have taken since the first reading in that time."""
        now = self._readings[-1]
        first = next(one for one in self._readings if now.time - one.time <= seconds)
        return taken(first, now)

    def _read_texts(self, cr: Any, schema: sql.Identifier, keys: Set[Key]) -> None:
        """Read the texts that are not known, and drop those that are not needed."""
        self._texts = {key: self._texts[key] for key in keys & self._texts.keys()}
        if unknown := keys - self._texts.keys():
            cr.execute(_TEXTS.format(schema=schema), [[key[1] for key in unknown]])
            for dbid, queryid, database, text in cr.fetchall():
                self._texts[dbid, queryid] = database, readable(text)

    def _row(self, key: Key, taken: Taken) -> dict[str, Any]:
        """Return a row of the table."""
        database, text = self._texts.get(key, ("", ""))
        total = taken.totals[key]
        share = 100 * total.seconds / taken.seconds
        row = {"database": database, "statement": text, "share": share}
        return row | total._asdict()

    def _problem(self, key: Key, numbers: Mapping[str, float]) -> Problem:
        database, text = self._texts.get(key, ("", ""))
        names = {"database": database, "statement": text}
        return Problem("statement_dominates", "", numbers, names)


def _read(cr: Any, schema: sql.Identifier) -> Reading:
    """Read the totals."""
    cr.execute(_TOTALS.format(schema=schema), [_LISTED])
    totals = {(dbid, queryid): Total(*values) for dbid, queryid, *values in cr}
    of_all = totals.pop((None, None))
    return Reading(time.monotonic(), of_all.seconds or 0.0, totals)


def taken(before: Reading, now: Reading) -> Taken:
    """Return what statements have taken between two readings.

    A statement that is new has taken all of it.  One with fewer calls than before was
    removed meanwhile, or its statistics were reset.
    """
    totals = {}
    for key, total in now.totals.items():
        old = before.totals.get(key, _NONE)
        if total.calls < old.calls:
            old = _NONE
        if total.calls > old.calls:
            pairs = zip(total, old, strict=True)
            totals[key] = Total(*(value - past for value, past in pairs))
    listed = sum(one.seconds for one in totals.values())
    seconds = max(listed, now.seconds - before.seconds)
    return Taken(now.time - before.time, seconds, totals)


def find(taken: Taken, threshold: float) -> dict[Key, dict[str, float]]:
    """Return the statement that dominates → the numbers of its problem; or nothing.

    One that was called once is over.

    :param threshold: share of the time of all statements, in percent
    """
    often = {key: one for key, one in taken.totals.items() if one.calls > 1}
    is_busy = taken.seconds >= _MIN_BUSY * taken.elapsed
    if taken.elapsed < _SHORTEST or not is_busy or not often:
        return {}
    key = max(often, key=lambda key: often[key].seconds)
    share = 100 * often[key].seconds / taken.seconds
    if share <= threshold:
        return {}
    numbers = {
        "share": share,
        "processors": taken.seconds / taken.elapsed,
        "calls_per_minute": 60 * often[key].calls / taken.elapsed,
        "milliseconds": 1000 * often[key].seconds / often[key].calls,
    }
    return {key: numbers}


def readable(text: str | None) -> str:
    """Return the text of a statement without values, cut.

    PostgreSQL removes values from queries and changes of rows, except in rare cases:
    texts in it are removed here.  Of other statements, such as one that sets a
    password, the first word is shown.
    """
    text = " ".join((text or "").split())
    if not _NORMALISED.match(text):
        word = text.partition(" ")[0]
        return word if word.isalpha() else ""
    text = _TEXT.sub("'…'", text)
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"
