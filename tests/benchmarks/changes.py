"""Before and after a deployment: how long it takes to compare, and how often it errs.

The rows are made in the database, which is dropped afterwards.  Traffic for the table
of errors is simulated, and gives the same one each time.  Prints tables in Markdown;
``make bench`` saves them in ``docs/benchmarks.md``.
"""

import os
from datetime import datetime, timedelta

from _one_side import print_actions, processor

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

import _deployments  # noqa: E402 - it imports modules of an addon without Odoo

OPERATIONS, WAREHOUSES = 60, ["W1", "W2"]
NOW = datetime.now().replace(hour=19, minute=40, second=0, microsecond=0)
DAYS = 8
CHECKS = {
    "a quarter of an hour": timedelta(minutes=15),
    "an hour": timedelta(hours=1),
    "four hours": timedelta(hours=4),
}
GOALS = dict.fromkeys(CHECKS, 10.0)
"""Of the five minutes from one run to the next."""
THRESHOLDS = {"a quarter of an hour": 2.8, "an hour": 1.9, "four hours": 1.6}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""

_SERIES = """
    INSERT INTO reliability_series
        (family, service, operation, company, company_id, warehouse, dimension)
    SELECT 'operation', 'compared', 'operation ' || o, '1', 1, w, ''
      FROM generate_series(1, %s) AS o, unnest(%s) AS w
"""
# From 6 to 20 o'clock, the first operations are called each minute, the nth in 6 of n
# minutes; a row has calls of five durations, which deviate by about 10 %.
_MINUTES = """
    INSERT INTO reliability_rollup_minute (series_id, start, outcome, host, threshold,
        buckets, count, fast, seconds, sql, external, cpu, queries, records)
      WITH chance AS MATERIALIZED (
        SELECT id, split_part(operation, ' ', 2)::int AS n, minute, outcome, share,
               random() AS drawn
          FROM reliability_series,
               generate_series(%s, %s, interval '1 minute') AS minute,
               (VALUES ('success', 1.0), ('rejected', 0.05)) AS counted (outcome, share)
         WHERE service = 'compared' AND extract(hour FROM minute) BETWEEN 6 AND 19
      )
    SELECT id, minute, outcome, 'compared', 3.0,
           (SELECT jsonb_object_agg((n + 5 * (random() - 0.5) * step)::int, 1)
              FROM generate_series(1, 5) AS step),
           5, 5, 1.0, 0.1, 0, 0, 5 * (40 + n + random()), 5
      FROM chance
     WHERE drawn < 6.0 / n * share
"""


def fill(cr):
    """Make the rows, as collectors would have left them `NOW`."""
    cr.execute(_SERIES, [OPERATIONS, WAREHOUSES])
    cr.execute(_MINUTES, [NOW - timedelta(days=DAYS), NOW])
    rows = cr.rowcount
    cr.commit()
    for table in ("series", "rollup_minute"):
        cr.execute(f"ANALYZE reliability_{table}")
    cr.commit()
    return rows


def comparison(cr, clock, length):
    """Return a side: a run of the scheduled action after so much time of calls."""
    begin = NOW - length - timedelta(minutes=5)
    values = {"begin": begin, "end": begin, "is_seen": True, "state": "done"}

    def side(sample):
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        cr._now = NOW
        deployments = env["reliability.deployment"]
        deployments.search([]).unlink()
        deployment = deployments.create(values)
        env.flush_all()
        with sample.timed(clock):
            deployments._cron_compare()
            env.flush_all()
        compared = deployment.compared_operations + deployment.too_few_operations
        assert deployment.compared_seconds == length.total_seconds()
        assert compared == OPERATIONS, compared
        cr.rollback()

    return side


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        rows = fill(cr)
        clock = processor(cr)
        actions = {
            name: comparison(cr, clock, length) for name, length in CHECKS.items()
        }
        print_actions(
            f"{OPERATIONS} operations, {rows:,} minutes: calls of",
            actions,
            THRESHOLDS,
            GOALS,
        )
    print()
    _deployments.false_findings()


if __name__ == "__main__":
    main()
