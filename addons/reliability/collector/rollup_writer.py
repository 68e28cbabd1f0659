"""Writing batches of rollups into their databases.

It uses plain SQL, since the collector loads no registry.  A database stores the number
of the last batch of each collector (its checkpoint) in the same transaction as the rows
of the batch, so no batch is added twice.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from psycopg2.extras import execute_values

from ..telemetry.call_stats import FAILURES, REJECTED
from ..telemetry.families import columns_of, has_durations
from ..telemetry.rollup import MAX_FAILED, MAX_SLOWEST, SECONDS_OF_A_ROW, Batch
from ..telemetry.storable import shortened
from ..telemetry.totals import Total
from .collector import Collector
from .connection import transaction

_SECONDS_OF_AN_HOUR = 3600
_PAGE_SIZE = 500
_MAX_LABEL = 400
"""In bytes: six longer ones do not fit into the index of series."""

_SUMS = ("count", "fast", "seconds", "sql", "external", "cpu", "queries", "records")
_ADD_ROWS = f"""
    INSERT INTO public.{{table}} AS old
        (series_id, start, outcome, host, threshold, buckets, {", ".join(_SUMS)})
    VALUES %s
    ON CONFLICT (start, series_id, outcome, host, threshold) DO UPDATE SET
        {", ".join(f"{name} = old.{name} + excluded.{name}" for name in _SUMS)},
        buckets = public.reliability_add(old.buckets, excluded.buckets)
"""
_DELETE_SURPLUS_CALLS = """
    DELETE FROM public.reliability_rollup_top_call WHERE id IN (
        SELECT id FROM (
            SELECT id, is_slow, row_number() OVER (
                       PARTITION BY series_id, hour, is_slow, is_rejected ORDER BY
                       CASE WHEN is_slow THEN seconds
                            ELSE extract(epoch FROM ended) END DESC, id
                   ) AS rank
              FROM public.reliability_rollup_top_call
             CROSS JOIN LATERAL (SELECT outcome = %(rejected)s AS is_rejected)
                   AS one
             CROSS JOIN LATERAL (
                   SELECT NOT is_rejected AND NOT outcome = ANY(%(failures)s) AS is_slow
                   ) AS other
             WHERE (series_id, hour) IN %(hours)s
        ) AS ranked
         WHERE rank > CASE WHEN is_slow THEN %(max_slowest)s ELSE %(max_failed)s END
    )
"""


class RollupWriter:
    """Delivers batches to their databases.

    :param host: the name of this host, which its rows have
    """

    def __init__(self, collector: Collector, host: str):
        self._collector = collector
        self._host = host

    def deliver(self, db: str, oid: int, connection: Any) -> None:
        """Deliver the waiting batches of a database, exactly once.

        :param db: its name now
        :param oid: its number
        :param connection: to the database, of psycopg2
        :raise psycopg2.Error: it cannot be written now; the batches go on waiting
        """
        for measured_as in self._collector.measured_in(db, oid):
            self._deliver(measured_as, oid, connection)

    def _deliver(self, measured_as: str, oid: int, connection: Any) -> None:
        source, texts = self._collector.pending(measured_as, oid)
        last = texts[-1][0] if texts else 0
        before = self._collector.attempt(measured_as, last) if texts else None
        if before is None:
            return
        try:
            with transaction(connection) as cr:
                numbered = [(number, Batch.loads(text)) for number, text in texts]
                add(cr, source, self._host, numbered)
        except BaseException:
            if not connection.closed:  # the transaction was certainly rolled back
                self._collector.refused(measured_as, before)
            raise
        self._collector.delivered(measured_as, last, oid)

    def record_poll(self, connection: Any) -> None:
        """Store the time of this poll: the rollups of a database are complete up to it.

        :param connection: to the database, of psycopg2
        :raise psycopg2.Error: it cannot be written now
        """
        self._record(connection, has_ended=False)

    def record_end(self, connection: Any) -> None:
        """Store that this host has ended in order: nobody need wait for its numbers.

        :param connection: as in :meth:`record_poll`
        """
        self._record(connection, has_ended=True)

    def _record(self, connection: Any, has_ended: bool) -> None:
        with transaction(connection) as cr:
            cr.execute(
                "UPDATE public.reliability_collector_checkpoint"
                " SET delivered = %s, has_ended = %s WHERE starts_with(name, %s)",
                [_now(), has_ended, f"{self._collector.source}/"],
            )


def add(cr: Any, source: str, host: str, numbered: list[tuple[int, Batch]]) -> None:
    """Add the batches that a database does not have yet, all of them or none.

    :param cr: a cursor of psycopg2
    :param source: the unique name of the collector that made the batches
    :param host: the name of its host
    :param numbered: pairs of number and batch, oldest first
    :raise psycopg2.Error: they cannot be written now
    """
    now = _now()
    cr.execute(
        "INSERT INTO public.reliability_collector_checkpoint"
        " (name, host, number, began, delivered) VALUES (%s, %s, 0, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [source, host, now, now],
    )
    cr.execute(
        "SELECT number FROM public.reliability_collector_checkpoint"
        " WHERE name = %s FOR UPDATE",
        [source],
    )
    (known,) = cr.fetchone()
    batch = Batch.sum_of(*(new for number, new in numbered if number > known))
    if not batch.rows:
        return
    series = _series(cr, {(row.family, row.labels) for row in batch.rows})
    for table, span in (
        ("reliability_rollup_minute", SECONDS_OF_A_ROW),
        ("reliability_rollup_hour", _SECONDS_OF_AN_HOUR),
    ):
        _add_rows(cr, table, host, _rows(batch, series, span))
    _add_top_calls(cr, host, series, batch)
    cr.execute(
        "UPDATE public.reliability_collector_checkpoint"
        " SET number = %s, host = %s, delivered = %s WHERE name = %s",
        [numbered[-1][0], host, now, source],
    )


def _series(cr: Any, wanted: set[tuple]) -> dict[tuple, int]:
    """Return the ids of series by family and labels; insert new series."""
    columns = {
        key: (key[0], *(shortened(text, _MAX_LABEL) for text in columns_of(*key)))
        for key in wanted
    }
    found = _known_series(cr, columns.values())
    if new := set(columns.values()) - found.keys():
        execute_values(
            cr,
            "INSERT INTO public.reliability_series"
            " (family, service, operation, company, warehouse, dimension, company_id)"
            " VALUES %s ON CONFLICT DO NOTHING",
            [(*values, values[3]) for values in new],
            # The label company may be no id, and the company may be deleted by now.
            template="(%s, %s, %s, %s, %s, %s,"
            " (SELECT id FROM public.res_company WHERE id::text = %s))",
        )
        found = _known_series(cr, columns.values())
    return {key: found[values] for key, values in columns.items()}


def _known_series(cr: Any, wanted: Iterable[tuple]) -> dict[tuple, int]:
    """Return the ids of existing series, locked against deletion."""
    found = execute_values(
        cr,
        "SELECT id, family, service, operation, company, warehouse, dimension"
        " FROM public.reliability_series WHERE (family, service, operation, company,"
        " warehouse, dimension) IN (VALUES %s) FOR KEY SHARE",
        list(set(wanted)),
        page_size=_PAGE_SIZE,
        fetch=True,
    )
    return {tuple(values): key for key, *values in found}


def _rows(
    batch: Batch, series: dict[tuple, int], span: int
) -> dict[tuple[int, int, str, float], Total]:
    """Return the totals to add, by start, series, outcome and threshold.

    Rows of one span (seconds) are merged.  So are series with the same columns, such as
    those of a family that only newer workers know.  Rows of a family without durations
    have neither a threshold nor a histogram.
    """
    rows: dict[tuple[int, int, str, float], Total] = {}
    for row, total in batch.rows.items():
        start = row.start // span * span
        threshold = row.threshold
        if not has_durations(row.family):
            threshold, total = 0.0, total.without_durations()
        key = start, series[row.family, row.labels], row.outcome, threshold
        rows.setdefault(key, Total()).merge(total)
    return rows


def _add_rows(cr: Any, table: str, host: str, rows: dict[tuple, Total]) -> None:
    """Add totals to the rows of a table, and insert new rows."""
    values = [
        (
            series_id,
            _time(start),
            outcome,
            host,
            threshold,
            json.dumps(total.buckets),
            total.count,
            total.at_or_under.get(threshold),  # none without a threshold
            *(getattr(total, name) for name in _SUMS[2:]),
        )
        # In the same order everywhere, so that two collectors cannot deadlock.
        for (start, series_id, outcome, threshold), total in sorted(
            rows.items(), key=lambda pair: pair[0]
        )
    ]
    execute_values(cr, _ADD_ROWS.format(table=table), values)


def _add_top_calls(cr: Any, host: str, series: dict[tuple, int], batch: Batch) -> None:
    """Insert top calls, and delete those that are not among the top calls any more."""
    values = [
        (
            series[call.family, call.labels],
            _time(call.ended // _SECONDS_OF_AN_HOUR * _SECONDS_OF_AN_HOUR),
            _time(call.ended),
            call.outcome,
            call.seconds,
            call.sql,
            call.queries,
            call.records,
            call.record_id,
            host,
            call.error_class,
            call.error_message,
            json.dumps(call.record_ids) if call.record_ids else None,
        )
        for call in batch.top_calls
    ]
    if not values:
        return
    execute_values(
        cr,
        "INSERT INTO public.reliability_rollup_top_call (series_id, hour, ended,"
        " outcome, seconds, sql, queries, records, record_id, host, error_class,"
        " error_message, record_ids) VALUES %s",
        values,
    )
    cr.execute(
        _DELETE_SURPLUS_CALLS,
        {
            "failures": list(FAILURES),
            "rejected": REJECTED,
            "hours": tuple({row[:2] for row in values}),
            "max_failed": MAX_FAILED,
            "max_slowest": MAX_SLOWEST,
        },
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _time(seconds: float) -> datetime:
    """Return a time as Odoo stores it: in UTC, without a time zone."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
