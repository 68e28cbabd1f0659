"""90 days of rollups of 50 operations, as collectors leave them.

Work is done from 6 to 20 o'clock; some operations are called much more often than
others.
"""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.sql_db import BaseCursor

OPERATIONS, COMPANIES = 50, 2
WAREHOUSES = ["W1", "W2", "W3", "W4"]
SERVICES = [f"reading_{number}" for number in range(5)]
MINUTE_ROLLUP_DAYS = 8

NOW = datetime.now().replace(hour=19, minute=40, second=0, microsecond=0)
TODAY = NOW.replace(hour=0, minute=0)

_SERIES = """
    INSERT INTO reliability_series
        (family, service, operation, company, company_id, warehouse, dimension)
    SELECT 'operation', 'reading_' || o %% %s, 'operation ' || o, c, 1, w, ''
      FROM generate_series(1, %s) AS o, unnest(%s) AS w, generate_series(1, %s) AS c
"""
# The nth operation is called 60 / n times an hour; its durations deviate by about 30 %
# from its own typical duration; one of 20 calls is refused.
_CALLS = """
    CREATE TEMPORARY TABLE call AS
      WITH chance AS MATERIALIZED (
        SELECT id, split_part(operation, ' ', 2)::int AS n, minute, random() AS drawn
          FROM reliability_series
          JOIN generate_series(%s, %s, interval '1 minute') AS minute
            ON extract(hour FROM minute) BETWEEN 6 AND 19
         WHERE service LIKE 'reading%%'
      )
    SELECT id AS series_id, minute,
           CASE WHEN random() < 0.05 THEN 'rejected' ELSE 'success' END AS outcome,
           round(2 * n - 96 + 13 * (random() + random() + random() - 1.5))::int
               AS bucket
      FROM chance
     WHERE drawn < 1.0 / n
"""
_ROWS = """
    INSERT INTO {table} (series_id, start, outcome, host, threshold, buckets, count,
        fast, seconds, sql, external, cpu, queries, records)
    SELECT series_id, start, outcome, 'reading', 3.0, jsonb_object_agg(bucket, calls),
           sum(calls), sum(calls), sum(calls) / 8.0, 0, 0, 0, sum(calls), sum(calls)
      FROM (SELECT series_id, date_trunc(%s, minute) AS start, outcome, bucket,
                   count(*) AS calls
              FROM call GROUP BY 1, 2, 3, 4) AS cell
     GROUP BY series_id, start, outcome
"""


def at_now():
    """Let PostgreSQL's time be `NOW` for Odoo, in a block."""
    return patch.object(BaseCursor, "now", lambda _self: NOW)


def fill(cr):
    """Make the rows, as collectors would have left them `NOW`, unless they exist.

    8 days of minutes, and their hours, are made call by call; the hours of earlier
    weeks are copies of the last seven days.
    """
    cr.execute("SELECT FROM reliability_series WHERE service = %s", [SERVICES[0]])
    if cr.rowcount:
        return
    cr.execute(_SERIES, [len(SERVICES), OPERATIONS, WAREHOUSES, COMPANIES])
    cr.execute(_CALLS, [NOW - timedelta(days=MINUTE_ROLLUP_DAYS), NOW])
    cr.execute(_ROWS.format(table="reliability_rollup_minute"), ["minute"])
    cr.execute(_ROWS.format(table="reliability_rollup_hour"), ["hour"])
    columns = (
        "outcome, host, threshold, buckets, count, fast, seconds, sql, external, cpu,"
        " queries, records"
    )
    week_ago = TODAY - timedelta(days=6)
    cr.execute("DELETE FROM reliability_rollup_hour WHERE start < %s", [week_ago])
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
