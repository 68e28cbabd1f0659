"""The query: every screen, alert and report in Odoo reads rollups through it."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..telemetry.call_stats import LOST, CallStats
from ..telemetry.layer_costs import LayerCosts
from .past_hours import past_hours, past_until, split
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
        """Return the statistics of calls in a period, by any of these columns:
        ``family``, ``service``, ``operation``, ``company_id``, ``warehouse``,
        ``dimension`` and ``host``.

        Rollups by hour are read if ``step`` is whole hours, or if those by minute are
        not complete any more: then the period should consist of whole hours.

        Calls of companies that are left out count only if ``company_id`` is given.

        A process reads hours that are past once, until one of them changes: callers
        must not change what is returned.

        :param datetime start: start of the period, in UTC
        :param datetime end: end of the period, exclusive
        :param by: the columns to group by
        :param int step: groups by time, too: seconds between two points
        :param bool durations: whether to read the histograms for quantiles, which takes
            most of the time
        :param where: column → value or list of values; ``family`` is ``operation``
            unless it is given
        :return: the values of ``by``, after the start of the point if there is a
            ``step`` → `CallStats`
        :rtype: dict[tuple, CallStats]
        :raise ValueError: there is no such column
        """
        if unknown := {*by, *where} - {*_DIMENSIONS, "host"}:
            raise ValueError(f"no column of rollups: {', '.join(sorted(unknown))}")
        if "family" not in by:
            where.setdefault("family", "operation")
        parts = self._parts(start, end, step)
        past, others = split(parts, _HOURS, past_until(self.env.cr.now()))
        options = by, step, durations, where
        found = dict(self._aggregate_past(past, *options)) if past else {}
        if others:
            for key, stats in self._aggregate_parts(others, *options).items():
                found[key] = found[key] + stats if key in found else stats
        return found

    @api.model
    def _aggregate_past(self, parts, by, step, durations, where):
        """Return the cached statistics of past hours, or read them."""
        what = repr(self._rows(parts, where)), tuple(by), step, durations
        key = self.env.cr.dbname, *what
        revision = self.env["reliability.rollup.revision"]._current()
        found = past_hours.get(key, revision) if revision else None
        if found is None:
            found = self._aggregate_parts(parts, by, step, durations, where)
            if revision:
                past_hours.put(key, revision, found)
        return found

    @api.model
    def _aggregate_parts(self, parts, by, step, durations, where):
        """Return the statistics of calls in parts of a period, as ``_aggregate``."""
        groups = self._group_columns(by, step)
        rows = self._rows(parts, where)
        query = SQL(
            "SELECT %(groups)s, sum(count)::bigint,"
            " coalesce(sum(count) FILTER (WHERE fast IS NOT NULL), 0)::bigint,"
            " coalesce(sum(fast), 0)::bigint, sum(seconds), sum(sql),"
            " sum(records)::bigint FROM %(rows)s GROUP BY %(groups)s",
            groups=SQL(", ").join([SQL("outcome"), *groups]),
            rows=rows,
        )
        found = {}
        for (
            outcome,
            *key,
            count,
            timed,
            fast,
            seconds,
            sql,
            records,
        ) in self.env.execute_query(query):
            stats = found.setdefault(tuple(key), CallStats())
            stats.calls[outcome] += count
            if outcome == "success":
                stats.timed, stats.fast, stats.records = timed, fast, records
                stats.seconds, stats.sql = seconds, sql
        if durations:
            self._add_buckets(found, groups, rows)
        return found

    @api.model
    def _aggregate_costs(self, start, end, by=(), **where):
        """Return the costs of calls in a period, without killed and unknown ones.

        :param datetime start, end: as for ``_aggregate``
        :param by: as for ``_aggregate``
        :param where: as for ``_aggregate``; ``family`` must be given
        :return: the values of ``by`` → `LayerCosts`
        :rtype: dict[tuple, LayerCosts]
        """
        groups = self._group_columns(by, None)
        sums = SQL(
            "sum(count)::int, sum(seconds), sum(sql), sum(external), sum(cpu),"
            " sum(queries)"
        )
        query = SQL(
            "SELECT %(columns)s FROM %(rows)s WHERE outcome <> ALL(%(lost)s)%(group)s",
            columns=SQL(", ").join([*groups, sums]),
            rows=self._rows(self._parts(start, end, None), where),
            lost=list(LOST),
            group=SQL(" GROUP BY %s", SQL(", ").join(groups)) if groups else SQL(""),
        )
        size = len(by)
        return {
            tuple(row[:size]): LayerCosts(*row[size:])
            for row in self.env.execute_query(query)
            if row[size]
        }

    @api.model
    def _add_buckets(self, found, groups, rows):
        """Add the histograms of successful calls to their statistics."""
        columns = [*groups, SQL("bucket.key::int")]
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
        """Return a subquery with the rows of a period.

        :param parts: ``(table, start, end)``, as returned by ``_parts``
        """
        columns = SQL(", ").join(map(SQL.identifier, (*_COLUMNS, *_DIMENSIONS)))
        selects = [
            SQL(
                "SELECT %(columns)s FROM %(table)s AS rollup"
                " JOIN reliability_series AS series ON series.id = rollup.series_id"
                " WHERE start >= %(start)s AND start < %(end)s AND %(where)s"
                " AND %(business)s",
                columns=columns,
                table=SQL.identifier(table),
                start=start,
                end=end,
                where=self._where(where),
                business=self._business(where),
            )
            for table, start, end in parts
        ]
        return SQL("(%s) AS rollups", SQL(" UNION ALL ").join(selects))

    @api.model
    def _parts(self, start, end, step):
        """Return the tables to read, each with a part of the period.

        Without a step, rollups by hour are read for whole hours, since they have the
        same calls in fewer rows, and those by minute for the rest.

        :return: ``(table, start, end)`` of each part
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
        """Return the finest table that is complete since ``start``."""
        hours = start < minutes_complete_since(self.env) or (step and step % _HOUR == 0)
        return _HOURS if hours else _MINUTES

    @api.model
    def _group_columns(self, by, step):
        """Return the columns to group by, in SQL."""
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
    def _business(self, where):
        """Return the condition that leaves companies out, unless some are asked for."""
        left_out = self.env["reliability.health.provider"]._left_out_companies()
        if not left_out or "company_id" in where:
            return SQL("TRUE")
        return SQL("(company_id IS NULL OR company_id <> ALL(%s))", sorted(left_out))

    @api.model
    def _where(self, where):
        """Return a condition in SQL for the columns of ``where``."""
        conditions = [SQL("TRUE")]
        for name, value in where.items():
            values = value if isinstance(value, list | tuple) else [value]
            conditions.append(SQL("%s = ANY(%s)", SQL.identifier(name), list(values)))
        return SQL(" AND ").join(conditions)


def _hour_of(moment):
    return moment.replace(minute=0, second=0, microsecond=0)
