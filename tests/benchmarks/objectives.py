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

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

OBJECTIVES = 200
FIRST, LATER, IDLE = (
    "the first evaluation, of everything",
    "a later one, with the calls of a minute",
    "a later one, where nothing happened",
)
LIST, FORM = "the list of error budgets", "a budget with its charts"
GOALS = {FIRST: 2.0, LATER: 0.1, LIST: 0.15, FORM: 0.15}
THRESHOLDS = {FIRST: 2.4, LATER: 0.1, IDLE: 0.07, LIST: 0.15, FORM: 0.15}
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
    """Evaluations, one minute after the other; the first one is repeated."""

    def __init__(self, cr, clock):
        self._cr, self._clock = cr, clock
        self._minutes = count(1)

    def env(self):
        return api.Environment(self._cr, api.SUPERUSER_ID, {})

    def first(self, sample):
        """Count everything, where nothing is counted; and forget it."""
        with sample.timed(self._clock):
            self.env()["reliability.slo"]._advance(NOW)
        self._cr.rollback()
        self._vacuum()

    def later(self, sample):
        """Count a minute, and leave it counted."""
        now = NOW + next(self._minutes) * timedelta(minutes=1)
        self._cr.execute(_A_MINUTE, [now])
        self._advance(sample, now + timedelta(seconds=30))

    def idle(self, sample):
        """Find nothing new."""
        self._advance(sample, NOW + next(self._minutes) * timedelta(minutes=1))

    def read_list(self, sample):
        """Read the list of error budgets, as a browser does."""
        budgets = self.env()["reliability.slo.budget"]
        budgets.invalidate_model()
        names = ("display_name", "state", "achieved", "remaining", "left")
        with sample.timed(self._clock):
            budgets.web_search_read([], {name: {} for name in names}, limit=80)

    def read_form(self, sample):
        """Read one budget and its charts, as a browser does."""
        budgets = self.env()["reliability.slo.budget"]
        budget = budgets.search([("slo_id.window", "=", "90d")], limit=1)
        budgets.invalidate_model()
        names = ("display_name", "state", "achieved", "remaining", "left", "lasts")
        with sample.timed(self._clock):
            budget.web_read({name: {} for name in (*names, "allowed_text")})
            budget.read_days()

    def begin(self):
        """Count everything once, for good."""
        self.env()["reliability.slo"]._advance(NOW)
        self._cr.commit()
        self._vacuum()

    def _advance(self, sample, now):
        with sample.timed(self._clock):
            self.env()["reliability.slo"]._advance(now)
        self._cr.commit()

    def _vacuum(self):
        """Do at once what autovacuum does meanwhile."""
        connection = self._cr._cnx
        connection.autocommit = True
        with connection.cursor() as cr:
            cr.execute("VACUUM ANALYZE")
        connection.autocommit = False


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        fill(cr)
        make_objectives(api.Environment(cr, api.SUPERUSER_ID, {}))
        cr.commit()
        evaluations = Evaluations(cr, processor(cr))
        head = f"{OBJECTIVES} objectives"
        print_actions(head, {FIRST: evaluations.first}, THRESHOLDS, GOALS)
        evaluations.begin()
        cr.execute("SELECT count(*) FROM reliability_slo_slice")
        (slices,) = cr.fetchone()
        actions = {
            LATER: evaluations.later,
            IDLE: evaluations.idle,
            LIST: evaluations.read_list,
            FORM: evaluations.read_form,
        }
        print()
        print_actions(f"{head}, {slices:,} slices", actions, THRESHOLDS, GOALS)


if __name__ == "__main__":
    main()
