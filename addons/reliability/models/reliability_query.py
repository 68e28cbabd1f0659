"""Queries of rollups: all code in Odoo reads measurements through this model."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..telemetry.call_stats import LOST, CallStats
from ..telemetry.layer_costs import LayerCosts
from .retention import minutes_complete_since

_DIMENSIONS = (
    "family",
    "service",
    "operation",
    "company_id",
    "warehouse",
    "dimension",
)
_COLUMNS = (
    "start",
    "outcome",
    "host",
    "count",
    "fast",
    "seconds",
    "sql",
    "external",
    "cpu",
    "queries",
    "records",
    "buckets",
)
_HOURS, _MINUTES = "reliability_rollup_hour", "reliability_rollup_minute"
_HOUR = 3600


class ReliabilityQuery(models.AbstractModel):
    _name = "reliability.query"
    _description = "Query of Rollups"

    @api.model
    def _aggregate(self, start, end, by=(), step=None, durations=True, **where):
        """Return the aggregated calls of a period, by dimensions.

        The rows are by minute, unless the step is a multiple of an hour or minutes of
        the period are deleted already; then they are by hour, and the period should
        have whole hours.

        :param datetime start: inclusive, in UTC
        :param datetime end: exclusive, in UTC
        :param by: names of dimensions to group by: ``family``, ``service``,
            ``operation``, ``company_id``, ``warehouse``, ``dimension`` and ``host``
        :param int step: seconds; group by the start of each step, too
        :param bool durations: whether to read the histograms, which takes most of the
            time; without them there are no quantiles
        :param where: dimension=value or list of values; the default of ``family`` is
            ``operation``, unless it is in ``by``
        :return: the values of ``by``, with ``step`` the start before them → `CallStats`
        :rtype: dict[tuple, CallStats]
        :raise ValueError: an unknown dimension
        """
        if unknown := {*by, *where} - {*_DIMENSIONS, "host"}:
            raise ValueError(f"unknown dimensions: {', '.join(sorted(unknown))}")
        if "family" not in by:
            where.setdefault("family", "operation")
        columns = self._group_columns(by, step)
        rows = self._rows(self._parts(start, end, step), where)
        found = {}
        for outcome, *key, count, fast, seconds, sql, records in self.env.execute_query(
            SQL(
                "SELECT %(columns)s, sum(count), sum(fast), sum(seconds), sum(sql),"
                " sum(records) FROM %(rows)s GROUP BY %(columns)s",
                columns=SQL(", ").join([SQL("outcome"), *columns]),
                rows=rows,
            )
        ):
            stats = found.setdefault(tuple(key), CallStats())
            stats.calls[outcome] += int(count)
            if outcome == "success":
                stats.fast, stats.records = int(fast), int(records)
                stats.seconds, stats.sql = seconds, sql
        if durations:
            self._add_durations(found, columns, rows)
        return found

    @api.model
    def _aggregate_costs(self, start, end, by=(), **where):
        """Return the costs of calls by layer; lost calls have no costs.

        :param datetime start, end: as for ``_aggregate``
        :param by: as for ``_aggregate``
        :param where: as for ``_aggregate``; ``family`` is required
        :return: the values of ``by`` → `LayerCosts`
        :rtype: dict[tuple, LayerCosts]
        """
        columns = self._group_columns(by, None)
        sums = SQL(
            "sum(count)::int, sum(seconds), sum(sql), sum(external), sum(cpu),"
            " sum(queries)"
        )
        query = SQL(
            "SELECT %(columns)s FROM %(rows)s WHERE outcome <> ALL(%(lost)s)%(group)s",
            columns=SQL(", ").join([*columns, sums]),
            rows=self._rows(self._parts(start, end, None), where),
            lost=list(LOST),
            group=SQL(" GROUP BY %s", SQL(", ").join(columns)) if columns else SQL(""),
        )
        size = len(by)
        return {
            tuple(row[:size]): LayerCosts(*row[size:])
            for row in self.env.execute_query(query)
            if row[size]
        }

    @api.model
    def _add_durations(self, stats, columns, rows):
        """Add the histograms of successful calls to call stats.

        :param stats: key → `CallStats`
        """
        columns = [*columns, SQL("bucket.key::int")]
        for *key, bucket, calls in self.env.execute_query(
            SQL(
                "SELECT %(columns)s, sum(bucket.value::bigint)::bigint"
                " FROM %(rows)s, jsonb_each_text(buckets) AS bucket"
                " WHERE outcome = 'success' GROUP BY %(columns)s",
                columns=SQL(", ").join(columns),
                rows=rows,
            )
        ):
            stats[tuple(key)].buckets[bucket] = calls

    @api.model
    def _rows(self, parts, where):
        """Return a subquery of the rows of a period.

        :param parts: ``(table, start, end)`` of each part
        """
        columns = SQL(", ").join(map(SQL.identifier, (*_COLUMNS, *_DIMENSIONS)))
        selects = [
            SQL(
                "SELECT %(columns)s FROM %(table)s AS rollup"
                " JOIN reliability_series AS series ON series.id = rollup.series_id"
                " WHERE start >= %(start)s AND start < %(end)s AND %(where)s",
                columns=columns,
                table=SQL.identifier(table),
                start=start,
                end=end,
                where=self._condition(where),
            )
            for table, start, end in parts
        ]
        return SQL("(%s) AS period_rows", SQL(" UNION ALL ").join(selects))

    @api.model
    def _parts(self, start, end, step):
        """Return ``(table, start, end)`` of each part of a period.

        Without a step, whole hours are read from the table of hours, which has the same
        calls in fewer rows, and the rest from the table of minutes.
        """
        table = self._table_for(start, step)
        almost = timedelta(seconds=_HOUR, microseconds=-1)
        first, last = _hour_of(start + almost), _hour_of(end)
        if table == _HOURS or step or first >= last:
            return [(table, start, end)]
        parts = [(_MINUTES, start, first), (_HOURS, first, last), (_MINUTES, last, end)]
        return [part for part in parts if part[1] < part[2]]

    @api.model
    def _table_for(self, start, step):
        """Return the table with the finest resolution that has the whole period."""
        is_by_hour = step and step % _HOUR == 0
        if is_by_hour or start < minutes_complete_since(self.env):
            return _HOURS
        return _MINUTES

    @api.model
    def _group_columns(self, by, step):
        """Return the columns to group by."""
        columns = [SQL.identifier(name) for name in by]
        if step:
            step_start = SQL(
                "to_timestamp(floor(extract(epoch FROM start) / %s) * %s)"
                " AT TIME ZONE 'UTC'",
                step,
                step,
            )
            columns.insert(0, step_start)
        return columns

    @api.model
    def _condition(self, where):
        conditions = [SQL("TRUE")]
        for name, value in where.items():
            values = value if isinstance(value, list | tuple) else [value]
            conditions.append(SQL("%s = ANY(%s)", SQL.identifier(name), list(values)))
        return SQL(" AND ").join(conditions)


def _hour_of(moment):
    return moment.replace(minute=0, second=0, microsecond=0)
