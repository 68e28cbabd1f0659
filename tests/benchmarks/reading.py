"""A page of the cockpit, read from 90 days of rollups of 50 operations.

The rows are made in the database, which is dropped afterwards: business days from 6 to
20 o'clock, some operations much more often called than others.  Prints a table in
Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import statistics
import time
from collections import Counter
from datetime import datetime, timedelta

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

OPERATIONS, WAREHOUSES, COMPANIES = 50, 4, 2
HOURS_KEPT, MINUTES_KEPT = 90 * 24, 8 * 24 * 60
ROUNDS = 10

SERIES = """
    INSERT INTO reliability_series
        (family, service, operation, company, company_id, warehouse, dimension)
    SELECT 'operation', 'reading', 'operation ' || o, c, 1, 'W' || w, ''
      FROM generate_series(1, %s) AS o, generate_series(1, %s) AS w,
           generate_series(1, %s) AS c
"""
# The nth operation is called 60 / n times an hour; durations are spread about 30 %
# around one that is the operation's own; of 20 calls, one is refused.
CALLS = """
    CREATE TEMPORARY TABLE call AS
      WITH chance AS MATERIALIZED (
        SELECT id, split_part(operation, ' ', 2)::int AS n, minute, random() AS drawn
          FROM reliability_series
          JOIN generate_series(%s, %s, interval '1 minute') AS minute
            ON extract(hour FROM minute) BETWEEN 6 AND 19
         WHERE service = 'reading'
      )
    SELECT id AS series_id, minute,
           CASE WHEN random() < 0.05 THEN 'rejected' ELSE 'success' END AS outcome,
           round(2 * n - 96 + 13 * (random() + random() + random() - 1.5))::int
               AS bucket
      FROM chance
     WHERE drawn < 1.0 / n
"""
ROWS = """
    INSERT INTO {table} (series_id, start, outcome, host, threshold, buckets, count,
        fast, seconds, sql, external, cpu, queries, records)
    SELECT series_id, start, outcome, 'reading', 3.0, jsonb_object_agg(bucket, calls),
           sum(calls), sum(calls), sum(calls) / 8.0, 0, 0, 0, sum(calls), sum(calls)
      FROM (SELECT series_id, date_trunc(%s, minute) AS start, outcome, bucket,
                   count(*) AS calls
              FROM call GROUP BY 1, 2, 3, 4) AS cell
     GROUP BY series_id, start, outcome
"""


def fill(cr, now):
    """Make the rows, as collectors leave them.

    8 days of minutes are made call by call, and their hours; the hours of the weeks
    before are those of the last seven days once more.
    """
    week_began = datetime.combine(now, datetime.min.time()) - timedelta(days=6)
    cr.execute(SERIES, [OPERATIONS, WAREHOUSES, COMPANIES])
    cr.execute(CALLS, [now - timedelta(minutes=MINUTES_KEPT), now])
    cr.execute(ROWS.format(table="reliability_rollup_minute"), ["minute"])
    cr.execute(ROWS.format(table="reliability_rollup_hour"), ["hour"])
    columns = (
        "outcome, host, threshold, buckets, count, fast, seconds, sql, external, cpu,"
        " queries, records"
    )
    cr.execute("DELETE FROM reliability_rollup_hour WHERE start < %s", [week_began])
    cr.execute(
        f"INSERT INTO reliability_rollup_hour (series_id, start, {columns})"
        f" SELECT series_id, start - week * interval '7 days', {columns}"
        " FROM reliability_rollup_hour, generate_series(1, 12) AS week"
        " WHERE host = 'reading'"
    )
    cr.commit()
    for table in ("series", "rollup_minute", "rollup_hour"):
        cr.execute(f"ANALYZE reliability_{table}")
    cr.commit()


def page(env, today, now, durations_before=True):
    """Return a page of the cockpit: today, and this weekday in four weeks.

    :param durations_before: whether p95 is also told of the four weekdays
    """
    reading = env["reliability.reading"]
    days = [(today, now)]
    for week in range(1, 5):
        day = today - timedelta(weeks=week)
        days.append((day, day + timedelta(days=1)))
    shown = []
    for start, end in days:
        figures = reading._figures(
            start,
            end,
            by=("operation",),
            durations=durations_before or start == today,
            service="reading",
        )
        shown.append(
            {key: (of.calls.total(), of.quantile(0.95)) for key, of in figures.items()}
        )
    return shown


def milliseconds(action):
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1e3


def main():
    registry = Registry(config["db_name"][0])
    now = datetime.now().replace(hour=19, minute=40, second=0, microsecond=0)
    today = now.replace(hour=0, minute=0)
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        fill(cr, now)
        reading = env["reliability.reading"]

        def read(start, end, **how):
            return lambda: reading._figures(start, end, service="reading", **how)

        day = timedelta(days=1)
        actions = {
            "a page: today and four weekdays before, calls and p95": lambda: page(
                env, today, now
            ),
            "the same, p95 of today only": lambda: page(env, today, now, False),
            "of it, today by operation": read(today, now, by=("operation",)),
            "of it, a weekday by operation": read(
                today - 7 * day, today - 6 * day, by=("operation",)
            ),
            "today by quarter of an hour, one operation": read(
                today, now, step=900, operation="operation 1"
            ),
            "90 days by day, one operation": read(
                today - 90 * day, now, step=86400, operation="operation 1"
            ),
        }
        counted = page(env, today, now)
        told = [len(of_day) for of_day in counted]
        assert told == [OPERATIONS] * 5, told
        times = {name: [] for name in actions}
        for _round in range(ROUNDS):
            for name, action in actions.items():
                times[name].append(milliseconds(action))
        rows = Counter()
        for table in ("minute", "hour"):
            cr.execute(f"SELECT count(*) FROM reliability_rollup_{table}")
            (rows[table],) = cr.fetchone()
    print(f"| of {rows['hour']:,} hours and {rows['minute']:,} minutes | median |")
    print("|---|---|")
    for name, taken in times.items():
        print(f"| {name} | {statistics.median(taken):.0f} ms |")


if __name__ == "__main__":
    main()
