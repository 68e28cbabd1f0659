"""Queries of rollups: a page of the cockpit, from 90 days of 50 operations.

The rows are made in the database, which is dropped afterwards.  Prints a table in
Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
from collections import Counter
from datetime import timedelta

from _ninety_days import NOW, OPERATIONS, SERVICES, TODAY, fill
from _one_side import print_actions, processor

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

from setup import paired

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

A_PAGE = "a page: today and four weekdays before, calls and p95"
GOALS = {A_PAGE: 0.05}
THRESHOLDS = {
    A_PAGE: 0.135,
    "the same, p95 of today only": 0.056,
    "of it, today by operation": 0.031,
    "of it, a weekday by operation": 0.026,
    "today by quarter of an hour, one operation": 0.028,
    "90 days by day, one operation": 0.27,
}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""


def page(env, durations_before=True):
    """Return a page of the cockpit: today, and this weekday in four weeks.

    :param durations_before: whether the four weekdays also have p95
    """
    query = env["reliability.query"]
    days = [(TODAY, NOW)]
    for week in range(1, 5):
        day = TODAY - timedelta(weeks=week)
        days.append((day, day + timedelta(days=1)))
    totals = []
    for start, end in days:
        stats = query._aggregate(
            start,
            end,
            by=("operation",),
            durations=durations_before or start == TODAY,
            service=SERVICES,
        )
        totals.append(
            {
                key: (figures.calls.total(), figures.quantile(0.95))
                for key, figures in stats.items()
            }
        )
    return totals


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        fill(cr)
        query = env["reliability.query"]

        def read(start, end, **options):
            return lambda: query._aggregate(start, end, service=SERVICES, **options)

        day = timedelta(days=1)
        actions = {
            A_PAGE: lambda: page(env),
            "the same, p95 of today only": lambda: page(env, False),
            "of it, today by operation": read(TODAY, NOW, by=("operation",)),
            "of it, a weekday by operation": read(
                TODAY - 7 * day, TODAY - 6 * day, by=("operation",)
            ),
            "today by quarter of an hour, one operation": read(
                TODAY, NOW, step=900, operation="operation 1"
            ),
            "90 days by day, one operation": read(
                TODAY - 90 * day, NOW, step=86400, operation="operation 1"
            ),
        }
        operations = [len(day) for day in page(env)]
        assert operations == [OPERATIONS] * 5, operations
        rows = Counter()
        for table in ("minute", "hour"):
            cr.execute(f"SELECT count(*) FROM reliability_rollup_{table}")
            (rows[table],) = cr.fetchone()
        clock = processor(cr)
        print_actions(
            f"of {rows['hour']:,} hours and {rows['minute']:,} minutes",
            {
                name: paired.timed_side(action, clock)
                for name, action in actions.items()
            },
            THRESHOLDS,
            GOALS,
        )


if __name__ == "__main__":
    main()
