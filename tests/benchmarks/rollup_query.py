"""Queries of rollups: a page of the cockpit, from 90 days of 50 operations.

As a process reads them again, and for the first time: then no past hours are cached.
The rows are made in the database, which is dropped afterwards.  Prints a table in
Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
from collections import Counter
from datetime import timedelta
from functools import partial

from _ninety_days import NOW, OPERATIONS, SERVICES, TODAY, at_now, fill
from _one_side import print_actions, processor

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

from setup import paired

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.models.past_hours import past_hours  # noqa: E402

A_PAGE = "a page: today and four weekdays before, calls and p95"
GOALS = {A_PAGE: 0.05}
FIRST = "the first time"
THRESHOLDS = {
    A_PAGE: 0.03,
    f"the page, {FIRST}": 0.135,
    "of it, today by operation": 0.02,
    f"of it, today by operation, {FIRST}": 0.033,
    f"of it, a weekday by operation, {FIRST}": 0.026,
    "today by quarter of an hour, one operation": 0.028,
    "90 days by day, one operation": 0.02,
    f"90 days by day, one operation, {FIRST}": 0.27,
}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""


def page(env):
    """Return a page of the cockpit: today, and this weekday in four weeks."""
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
            return partial(query._aggregate, start, end, service=SERVICES, **options)

        def timed(prepare, action):
            """Return a side that times the action after a preparation."""
            side = paired.timed_side(action, clock)
            return lambda sample: (prepare(), side(sample))

        def first(action):
            return timed(past_hours.clear, action)

        def again(action):
            return timed(action, action)

        clock = processor(cr)
        day = timedelta(days=1)
        whole_page = partial(page, env)
        today = read(TODAY, NOW, by=("operation",))
        weekday = read(TODAY - 7 * day, TODAY - 6 * day, by=("operation",))
        quarters = read(TODAY, NOW, step=900, operation="operation 1")
        days = read(TODAY - 90 * day, NOW, step=86400, operation="operation 1")
        sides = {
            A_PAGE: again(whole_page),
            f"the page, {FIRST}": first(whole_page),
            "of it, today by operation": again(today),
            f"of it, today by operation, {FIRST}": first(today),
            f"of it, a weekday by operation, {FIRST}": first(weekday),
            "today by quarter of an hour, one operation": again(quarters),
            "90 days by day, one operation": again(days),
            f"90 days by day, one operation, {FIRST}": first(days),
        }
        operations = [len(day) for day in page(env)]
        assert operations == [OPERATIONS] * 5, operations
        rows = Counter()
        for table in ("minute", "hour"):
            cr.execute(f"SELECT count(*) FROM reliability_rollup_{table}")
            (rows[table],) = cr.fetchone()
        what = f"of {rows['hour']:,} hours and {rows['minute']:,} minutes"
        with at_now():
            print_actions(what, sides, THRESHOLDS, GOALS)


if __name__ == "__main__":
    main()
