"""Reading rollups: the one way in which everything in Odoo learns what was measured."""

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
    _description = "Reading What Was Measured"

    @api.model
    def _aggregate(self, start, end, by=(), step=None, durations=True, **where):
        """Return what calls add up to, of any period, place and operation.

        Minutes are read where there are any and the step asks for it, else hours; so a
        period older than minutes are kept is best given in whole hours.

        :param datetime start: from here on, in UTC
        :param datetime end: up to here, exclusive
        :param by: names of what to tell apart: ``family``, ``service``, ``operation``,
            ``company_id``, ``warehouse``, ``dimension`` and ``host``
        :param int step: seconds; tells the points of a time series apart, too
        :param bool durations: whether quantiles are wanted, which take most of the time
        :param where: a value, or a list of values, for any of these names; unless it
            says otherwise, ``family`` is ``operation``
        :return: the values of ``by``, with ``step`` the start before them → `Figures`
        :rtype: dict[tuple, Figures]
        :raise ValueError: a name that is none of these
        """
        if unknown := {*by, *where} - {*_DIMENSIONS, "host"}:
            raise ValueError(f"cannot tell calls apart by {', '.join(sorted(unknown))}")
        if "family" not in by:
            where.setdefault("family", "operation")
        apart = self._apart(by, step)
        rows = self._rows(self._parts(start, end, step), where)
        found = {}
        for outcome, *key, count, fast, seconds, sql, records in self.env.execute_query(
            SQL(
                "SELECT %(apart)s, sum(count), sum(fast), sum(seconds), sum(sql),"
                " sum(records) FROM %(rows)s GROUP BY %(apart)s",
                apart=SQL(", ").join([SQL("outcome"), *apart]),
                rows=rows,
            )
        ):
            figures = found.setdefault(tuple(key), CallStats())
            figures.calls[outcome] += int(count)
            if outcome == "success":
                figures.fast, figures.records = int(fast), int(records)
                figures.seconds, figures.sql = seconds, sql
        if durations:
            self._add_durations(found, apart, rows)
        return found

    @api.model
    def _aggregate_costs(self, start, end, by=(), **where):
        """Return what calls took, and of what: of those that came to an end alive.

        :param datetime start, end: as for ``_aggregate``
        :param by: as for ``_aggregate``
        :param where: as for ``_aggregate``; ``family`` must be among it
        :return: the values of ``by`` → `Costs`
        :rtype: dict[tuple, Costs]
        """
        apart = self._apart(by, None)
        sums = SQL(
            "sum(count)::int, sum(seconds), sum(sql), sum(external), sum(cpu),"
            " sum(queries)"
        )
        query = SQL(
            "SELECT %(columns)s FROM %(rows)s WHERE outcome <> ALL(%(dead)s)%(group)s",
            columns=SQL(", ").join([*apart, sums]),
            rows=self._rows(self._parts(start, end, None), where),
            dead=list(LOST),
            group=SQL(" GROUP BY %s", SQL(", ").join(apart)) if apart else SQL(""),
        )
        size = len(by)
        return {
            tuple(row[:size]): LayerCosts(*row[size:])
            for row in self.env.execute_query(query)
            if row[size]
        }

    @api.model
    def _add_durations(self, found, apart, rows):
        """Add the histograms of successful calls to figures."""
        columns = [*apart, SQL("bucket.key::int")]
        for *key, bucket, calls in self.env.execute_query(
            SQL(
                "SELECT %(columns)s, sum(bucket.value::bigint)::bigint"
                " FROM %(rows)s, jsonb_each_text(buckets) AS bucket"
                " WHERE outcome = 'success' GROUP BY %(columns)s",
                columns=SQL(", ").join(columns),
                rows=rows,
            )
        ):
            found[tuple(key)].buckets[bucket] = calls

    @api.model
    def _rows(self, parts, where):
        """Return the rows of parts of a period, to be read from.

        :param parts: tables, each with a start and an end
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
        return SQL("(%s) AS of_period", SQL(" UNION ALL ").join(selects))

    @api.model
    def _parts(self, start, end, step):
        """Return what to read: tables, each with the part of the period to read there.

        Without a step, whole hours are read by the hour, which are the same calls in
        fewer rows, and what is before and after them by the minute.
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
        """Return the finest table that has the whole period."""
        hours = start < minutes_complete_since(self.env) or (step and step % _HOUR == 0)
        return _HOURS if hours else _MINUTES

    @api.model
    def _apart(self, by, step):
        """Return the columns to tell calls apart by."""
        columns = [SQL.identifier(name) for name in by]
        if step:
            point = SQL(
                "to_timestamp(floor(extract(epoch FROM start) / %s) * %s)"
                " AT TIME ZONE 'UTC'",
                step,
                step,
            )
            columns.insert(0, point)
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
