"""Reading rollups: the one way in which everything in Odoo learns what was measured."""

from collections import Counter

from odoo import api, models
from odoo.tools import SQL

from ..telemetry.figures import Figures
from .keeping import minutes_are_kept_since

_DIMENSIONS = (
    "family",
    "service",
    "operation",
    "company_id",
    "warehouse",
    "dimension",
)
_HOUR = 3600


class ReliabilityReading(models.AbstractModel):
    _name = "reliability.reading"
    _description = "Reading What Was Measured"

    @api.model
    def _figures(self, start, end, by=(), step=None, durations=True, **where):
        """Return what calls add up to, of any period, place and operation.

        Minutes are read where there are any and the step asks for it, else hours; so a
        period older than minutes are kept is best given in whole hours.

        :param datetime start: from here on, in UTC
        :param datetime end: up to here, exclusive
        :param by: names of what to tell apart: ``family``, ``service``, ``operation``,
            ``company_id``, ``warehouse``, ``dimension`` and ``host``
        :param int step: seconds; tells the points of a time series apart, too
        :param bool durations: whether quantiles will be asked for; without them it is
            several times as fast
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
        query = SQL(
            """
            SELECT sum(rollup.count), sum(rollup.fast), sum(rollup.seconds),
                   sum(rollup.sql), sum(rollup.records), %(buckets)s, %(apart)s
              FROM %(table)s AS rollup
              JOIN reliability_series AS series ON series.id = rollup.series_id
             WHERE rollup.start >= %(start)s AND rollup.start < %(end)s AND %(where)s
             GROUP BY %(apart)s
            """,
            apart=apart,
            buckets=SQL(
                "reliability_sum(rollup.buckets)" if durations else "'{}'::jsonb"
            ),
            table=SQL.identifier(self._table_for(start, step)),
            start=start,
            end=end,
            where=self._condition(where),
        )
        found = {}
        for row in self.env.execute_query(query):
            sums, outcome, key = row[:6], row[6], row[7:]
            found[key] = found.get(key, Figures()) + _of_outcome(outcome, *sums)
        return found

    @api.model
    def _table_for(self, start, step):
        """Return the finest table that has the whole period."""
        hours = start < minutes_are_kept_since(self.env) or (step and step % _HOUR == 0)
        return "reliability_rollup_hour" if hours else "reliability_rollup_minute"

    @api.model
    def _apart(self, by, step):
        """Return the columns to tell calls apart by; their outcome always is."""
        columns = [_column(name) for name in by]
        if step:
            point = SQL(
                "to_timestamp(floor(extract(epoch FROM rollup.start) / %s) * %s)"
                " AT TIME ZONE 'UTC'",
                step,
                step,
            )
            columns.insert(0, point)
        return SQL(", ").join([SQL("rollup.outcome"), *columns])

    @api.model
    def _condition(self, where):
        conditions = [SQL("TRUE")]
        for name, value in where.items():
            values = value if isinstance(value, list | tuple) else [value]
            conditions.append(SQL("%s = ANY(%s)", _column(name), list(values)))
        return SQL(" AND ").join(conditions)


def _column(name):
    table = "rollup" if name == "host" else "series"
    return SQL("%s.%s", SQL.identifier(table), SQL.identifier(name))


def _of_outcome(outcome, count, fast, seconds, sql, records, buckets):
    """Return figures of calls that ended in one way; durations are of successes."""
    calls = Counter({outcome: int(count)})
    if outcome != "success":
        return Figures(calls)
    by_bucket = Counter({int(index): int(n) for index, n in buckets.items()})
    return Figures(calls, int(fast), seconds, sql, int(records), by_bucket)
