"""A page of the cockpit, read from 90 days of rollups of 50 operations.

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

    :param durations_before: whether p95 is also told of the four weekdays
    """
    reading = env["reliability.query"]
    days = [(TODAY, NOW)]
    for week in range(1, 5):
        day = TODAY - timedelta(weeks=week)
        days.append((day, day + timedelta(days=1)))
    shown = []
    for start, end in days:
        figures = reading._aggregate(
            start,
            end,
            by=("operation",),
            durations=durations_before or start == TODAY,
            service=SERVICES,
        )
        shown.append(
            {key: (of.calls.total(), of.quantile(0.95)) for key, of in figures.items()}
        )
    return shown


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        fill(cr)
        reading = env["reliability.query"]

        def read(start, end, **how):
            return lambda: reading._aggregate(start, end, service=SERVICES, **how)

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
        counted = page(env)
        told = [len(of_day) for of_day in counted]
        assert told == [OPERATIONS] * 5, told
        rows = Counter()
        for table in ("minute", "hour"):
            cr.execute(f"SELECT count(*) FROM reliability_rollup_{table}")
            (rows[table],) = cr.fetchone()
        clock = processor(cr)
        print_actions(
            f"of {rows['hour']:,} hours and {rows['minute']:,} minutes",
            {name: paired.whole(action, clock) for name, action in actions.items()},
            THRESHOLDS,
            GOALS,
        )


if __name__ == "__main__":
    main()
