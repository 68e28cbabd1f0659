"""The cockpit's requests, with 90 days of rollups of 50 operations.

Each call has its own cursor, environment and user, as in a request.  Prints a table in
Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
from datetime import timedelta
from unittest.mock import patch

import _ledger
from _ninety_days import NOW, OPERATIONS, SERVICES, WAREHOUSES, at_now, fill
from _one_side import print_actions, processor

from odoo import api, fields
from odoo.orm.registry import Registry
from odoo.tools import config

from setup import paired, tables

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

SCREENS = 20
ONE, ALL = "the cockpit, one warehouse", "the cockpit, all warehouses"
A_MINUTE = f"{SCREENS} open screens, each minute"
GOALS = {ONE: 0.15, ALL: 0.15, A_MINUTE: 0.6}
THRESHOLDS = {
    ONE: 0.0235,
    ALL: 0.026,
    "the icon at the top": 0.019,
    "the day of an operation": 0.0062,
    "the technical view": 0.0255,
    "this week with last": 0.061,
    A_MINUTE: 1.04,
}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""
EXCHANGES = 300_000
"""Of a week."""

# These operations only have rollups; their methods do not exist.
OPERATION_ROWS = """
    INSERT INTO reliability_operation (name, code, service_id, model, method,
           threshold, sequence, active, repeatable)
    SELECT jsonb_build_object('en_US', 'Operation ' || n), 'operation ' || n,
           service.id, 'res.partner', 'method_' || n, 3.0, n, TRUE, 'unsafe'
      FROM generate_series(1, %s) AS n
      JOIN reliability_service AS service ON service.code = 'reading_' || n %% %s
"""


class Screens:
    """Users with the cockpit open, each for one of the warehouses.

    :ivar warehouses: ids of the warehouses
    """

    def __init__(self, registry):
        self._registry = registry
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            fill(cr)
            _ledger.fill(cr, EXCHANGES, EXCHANGES)
            self._prepare(env)
            codes = [("code", "in", WAREHOUSES)]
            self.warehouses = env["stock.warehouse"].search(codes).ids
            self._users = [
                env["res.users"].create(_viewer(env, number)).id
                for number in range(SCREENS)
            ]

    def _prepare(self, env):
        """Make warehouses, services, operations and cutoffs, and evaluate services."""
        for model, codes in (
            ("stock.warehouse", WAREHOUSES),
            ("reliability.service", SERVICES),
        ):
            env[model].create([{"name": code, "code": code} for code in codes])
        env.cr.execute(OPERATION_ROWS, [OPERATIONS, len(SERVICES)])
        env.invalidate_all()
        env["reliability.cutoff"].create(
            [
                {"warehouse_id": warehouse.id, "hour": hour}
                for warehouse in env["stock.warehouse"].search([])
                for hour in (12.0, 18.0)
            ]
        )
        env["reliability.collector.checkpoint"].create(
            {"name": "cockpit", "host": "cockpit", "number": 0, "delivered": NOW}
        )
        for minutes in (2, 1, 0):
            env["reliability.evaluator"]._run(NOW - timedelta(minutes=minutes))

    def call(self, sample, method, *arguments, screen=0):
        """Call a method of the cockpit as a screen's browser does.

        :return: number of queries, and the answer
        """
        with self._registry.cursor() as cr:
            env = api.Environment(cr, self._users[screen], {})
            cockpit = env["reliability.cockpit"]
            env.user.tz, env.companies.ids  # noqa: B018 - any request reads them
            before = cr.sql_log_count
            with sample.timed(processor(cr)):
                answer = getattr(cockpit, method)(*arguments)
            return cr.sql_log_count - before, answer

    def clear_caches(self):
        """Clear all caches of the server, as after its start."""
        self._registry.clear_all_caches()

    def a_minute(self, sample):
        """Make the calls of each screen after an evaluation of services.

        The icon makes its own call where the page does not show all of the user's
        services.

        :return: number of queries, and no answer
        """
        total = 0
        for screen in range(SCREENS):
            warehouse = self.warehouses[screen % len(self.warehouses)]
            queries, page = self.call(sample, "read_cockpit", warehouse, screen=screen)
            total += queries
            calls = [("read_chart", "operation 1", warehouse)]
            if not page["summary"]:
                calls.append(("read_summary",))
            total += sum(self.call(sample, *call, screen=screen)[0] for call in calls)
        return total, None


def _viewer(env, number):
    groups = env.ref("base.group_user") | env.ref("reliability.group_viewer")
    return {
        "name": f"Viewer {number}",
        "login": f"viewer-{number}",
        "group_ids": [(6, 0, groups.ids)],
        "tz": "UTC",
    }


def print_calls(screens):
    """Print the time and the queries of each call."""
    first, *_others = screens.warehouses
    calls = {
        ONE: ("read_cockpit", first),
        ALL: ("read_cockpit", 0),
        "the icon at the top": ("read_summary",),
        "the day of an operation": ("read_chart", "operation 1", first),
        "the technical view": ("read_technical", first),
        "this week with last": ("read_comparison", "weeks", first),
    }

    def side(call):
        return lambda sample: screens.call(sample, *call)

    actions = {what: side(call) for what, call in calls.items()}
    actions[A_MINUTE] = screens.a_minute
    first_times = {}
    for what, action in actions.items():
        screens.clear_caches()
        action(sample := paired.Sample())
        first_times[what] = tables.amount(sample.seconds, "ms")

    def cells(what, runs):
        return [first_times[what], max(one.result[0] for one in runs.ours)]

    print_actions("", actions, THRESHOLDS, GOALS, (("first", "queries"), cells))


def main():
    now = patch.object(fields.Datetime, "now", staticmethod(lambda *_args: NOW))
    with now, at_now():
        screens = Screens(Registry(config["db_name"][0]))
        _queries, page = screens.call(
            paired.Sample(), "read_cockpit", screens.warehouses[0]
        )
        assert len(page["operations"]) >= OPERATIONS, page["operations"]
        assert page["headline"]["state"] == "fine", page["headline"]
        print_calls(screens)


if __name__ == "__main__":
    main()
