"""The evaluation of objectives: 200 of them, over 90 days of 50 operations.

The first evaluation counts all rollups; each later one adds the calls of a minute.
Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
from datetime import timedelta
from itertools import count

from _ninety_days import NOW, OPERATIONS, SERVICES, fill
from _one_side import print_actions, processor

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

from setup import paired

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

OBJECTIVES = 200
FIRST, LATER, IDLE = (
    "the first evaluation, of everything",
    "a later one, with the calls of a minute",
    "a later one, where nothing happened",
)
LIST = "the list of error budgets"
GOALS = {FIRST: 2.0, LATER: 0.1, LIST: 0.15}
THRESHOLDS = {FIRST: 14.0, LATER: 0.11, IDLE: 0.06, LIST: 0.15}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""

_A_MINUTE = """
    INSERT INTO reliability_rollup_minute (series_id, start, outcome, host, threshold,
        buckets, count, fast, seconds, sql, external, cpu, queries, records)
    SELECT id, %s, 'success', 'reading', 3.0, '{}', 2, 2, 0.2, 0, 0, 0, 2, 2
      FROM reliability_series WHERE service LIKE 'reading%%'
"""


def make_objectives(env):
    """Make objectives: each operation, succeeding and in time, over two windows."""
    env["reliability.slo"].search([]).active = False
    services = [
        env["reliability.service"].create({"name": code, "code": code})
        for code in SERVICES
    ]
    env["reliability.slo"].create(
        [
            {
                "code": f"objective_{number}",
                "service_id": services[number % len(SERVICES)].id,
                "operations": f"operation {number % OPERATIONS + 1}",
                "measure": ("success", "latency")[number // OPERATIONS % 2],
                "window": ("28d", "90d")[number // OPERATIONS // 2 % 2],
                "split": "none",
                "goal": 99,
            }
            for number in range(OBJECTIVES)
        ]
    )


class Evaluations:
    """Evaluations one minute after the other."""

    def __init__(self, env):
        self._env = env
        self._minutes = count(1)

    def first(self):
        self._env["reliability.slo"].search([]).write(
            {"is_counted": False, "is_added_up": False}
        )
        self._env["reliability.slo"]._advance(NOW)

    def idle(self):
        now = NOW + next(self._minutes) * timedelta(minutes=1)
        self._env["reliability.slo"]._advance(now)

    def later(self):
        now = NOW + next(self._minutes) * timedelta(minutes=1)
        self._env.cr.execute(_A_MINUTE, [now])
        self._env["reliability.slo"]._advance(now + timedelta(seconds=30))


def read_list(env):
    """Read the list of error budgets, as a browser does."""
    env.invalidate_all()
    budgets = env["reliability.slo.budget"]
    names = ("display_name", "state", "achieved", "remaining", "left")
    return budgets.web_search_read([], {name: {} for name in names}, limit=80)


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        fill(cr)
        make_objectives(env)
        evaluations = Evaluations(env)
        evaluations.first()
        cr.execute("SELECT count(*) FROM reliability_slo_slice")
        (slices,) = cr.fetchone()
        actions = {
            FIRST: evaluations.first,
            LATER: evaluations.later,
            IDLE: evaluations.idle,
            LIST: lambda: read_list(env),
        }
        clock = processor(cr)
        print_actions(
            f"{OBJECTIVES} objectives, {slices:,} slices",
            {
                name: paired.timed_side(action, clock)
                for name, action in actions.items()
            },
            THRESHOLDS,
            GOALS,
        )
        cr.rollback()


if __name__ == "__main__":
    main()
