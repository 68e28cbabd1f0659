"""Write the demo's scenario, see scenario.py; run by Odoo's Python with ``ODOO_RC``.

Takes the current phase as argument: ``slow``, ``failing`` or ``recovery``.
"""

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from functools import partial

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import api
from odoo.orm.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.api import Series  # noqa: E402
from odoo.addons.reliability.collector.rollup_writer import add  # noqa: E402
from odoo.addons.reliability.telemetry.events import Event  # noqa: E402
from odoo.addons.reliability.telemetry.rollup import batches  # noqa: E402

from setup.deployments_in_odoo import Deployments  # noqa: E402
from setup.scenario_phases import BAD, MINUTES_SINCE_START, START  # noqa: E402

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS = 28

# Calls in each hour of the day: two shifts and a quiet night. The incident starts at
# two in the afternoon local time, whenever the scenario is written.
START_HOUR = 14
LOAD = [2] * 5 + [8, 20, 34, 40, 42, 40, 36, 28, 36, 42, 40, 34, 26, 18, 12, 8, 6, 4, 2]
# Operation → service, share of these calls, typical seconds, whether by warehouse.
WORK = {
    "order_confirmation": ("order_processing", 1.0, 0.4, True),
    "reservation": ("warehouse_execution", 1.1, 0.25, True),
    "transfer_validation": ("warehouse_execution", 0.9, 0.6, True),
    "move_completion": ("warehouse_execution", 0.9, 0.3, True),
    "invoice_posting": ("invoicing", 0.5, 0.5, False),
}
# Days before today, and a week, with half the work. Today is never one of them: on a
# Sunday, too few calls would be slow to be an alert.
QUIET_DAYS = 2, 3
REFUSED = 0.02
# From the start of the incident on, the affected operations are called at a fixed pace,
# so that it is known in which minutes they are bad. They are called more often then,
# since people try again; at first so often that a fifth of the calls of a quarter of an
# hour are slow, which is the threshold.
PACE, PACE_WHILE_BAD = timedelta(seconds=35), timedelta(seconds=20)
PACE_AT_FIRST = timedelta(seconds=10)
SUCCEEDS = 7
"""While validations fail, each of this number succeeds."""
SLOWER = 10, 16
"""How many times the typical seconds a slow call takes."""
EVALUATIONS = "reliability_health.cron_evaluate", "reliability_change.cron_compare"
DOCUMENTS = {"order_confirmation": "sale.order", "transfer_validation": "stock.picking"}


class Scenario:
    """Four weeks of a database's calls, written as rollups.

    :param start: of the incident
    """

    def __init__(self, env, start):
        self._env = env
        self._start = start
        self._chance = random.Random(4)
        self._number = 0
        self._validations = 0
        self._warehouses = [
            (str(warehouse.company_id.id), warehouse.code)
            for warehouse in env["stock.warehouse"].search([])
        ]
        self._ids = {
            operation: env[model].search([], limit=200).ids
            for operation, model in DOCUMENTS.items()
        }

    def set_owners(self):
        """Make the demo's warehouse manager the owner of services, to be notified."""
        manager = self._env["res.users"].search([("login", "=", "warehouse")])
        self._env["reliability.service"].search([]).owner_id = manager

    def store_start(self):
        """Store when the incident began, for tests."""
        parameters = self._env["ir.config_parameter"]
        parameters.set_param(START, f"{self._start:%Y-%m-%d %H:%M:%S}")

    def delete_evaluations(self):
        """Delete what was found in the real work before: it is found again.

        Evaluations of the scenario are earlier than those, so the clock would be set
        back for them.
        """
        for model in ("incident", "alert.evidence", "service.status"):
            self._env[f"reliability.{model}"].search([]).unlink()

    def write(self, begin, end):
        """Write the calls between two moments."""
        events = []
        for company, code in self._warehouses:
            for operation, (service, _share, typical, is_local) in WORK.items():
                labels = service, operation, company, code if is_local else "", ""
                series = Series("operation", self._env.cr.dbname, labels, 3.0)
                moment = begin
                while (moment := moment + self._pause(operation, moment)) < end:
                    events.append((series, self._event(operation, moment, typical)))
        for batch in batches(events).values():
            self._number += 1
            add(self._env.cr._obj, "scenario", "scenario", [(self._number, batch)])

    def end(self):
        """Date the checkpoint back, so that no more deliveries are expected."""
        checkpoint = self._env["reliability.collector.checkpoint"].search(
            [("name", "=", "scenario")]
        )
        checkpoint.delivered -= 2 * DAY

    def _pause(self, operation, moment):
        """Return the time until the next call of an operation."""
        if operation in BAD and moment >= self._start:
            if not self._is_bad(operation, moment):
                return PACE
            is_first = moment - self._start < MINUTE
            return PACE_AT_FIRST if is_first else PACE_WHILE_BAD
        hour = START_HOUR + (moment - self._start) // HOUR
        calls = LOAD[hour % 24] * WORK[operation][1]
        if (self._start - moment).days % 7 in QUIET_DAYS:
            calls /= 2
        return timedelta(hours=self._chance.expovariate(calls))

    def _is_bad(self, operation, moment):
        """Return whether an operation is slow, or fails."""
        begin, end = BAD.get(operation, (0, 0))
        return begin <= (moment - self._start) / MINUTE < end

    def _event(self, operation, moment, typical):
        seconds = typical * self._chance.lognormvariate(0, 0.4)
        outcome = "rejected" if self._chance.random() < REFUSED else "success"
        if self._is_bad(operation, moment):
            if operation == "order_confirmation":
                outcome = "success"
                seconds = typical * self._chance.uniform(*SLOWER)
            else:
                self._validations += 1
                outcome = "failed" if self._validations % SUCCEEDS else "success"
        ids = self._ids.get(operation)
        return Event(
            0,
            outcome,
            moment.replace(tzinfo=UTC).timestamp(),
            seconds,
            sql=seconds * 0.6,
            cpu=seconds * 0.3,
            queries=80,
            records=1,
            record_id=self._chance.choice(ids) if ids else 0,
        )


def main(until):
    registry = Registry(config["db_name"][0])
    # Rollups have minutes, and so have the phases.
    now = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
    start = now - MINUTES_SINCE_START[until] * MINUTE
    with registry.cursor() as cr, registry.cursor() as locking:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        # Odoo's own evaluation must not run before the scenario is complete, so its
        # scheduled actions are locked. If one runs just now, this waits; with the
        # isolation level of Odoo's own cursors, it would fail.
        locking._cnx.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        crons = [env.ref(name).id for name in EVALUATIONS]
        locking.execute("SELECT FROM ir_cron WHERE id = ANY(%s) FOR UPDATE", [crons])
        scenario = Scenario(env, start)
        retrying(scenario.set_owners, env)
        retrying(scenario.store_start, env)
        retrying(scenario.delete_evaluations, env)
        deployments = Deployments(env, start)
        retrying(deployments.write_history, env)
        retrying(deployments.write_freezes, env)
        for days in range(DAYS, 0, -1):
            day = start - days * DAY, start - (days - 1) * DAY
            retrying(partial(scenario.write, *day), env)
        evaluate = env["reliability.evaluator"]._run
        moment = start
        while moment < now:
            retrying(partial(scenario.write, moment, moment + MINUTE), env)
            retrying(partial(deployments.write_minute, moment), env)
            moment += MINUTE
            retrying(partial(evaluate, moment), env)
        retrying(deployments.compare, env)
        retrying(partial(evaluate, now), env)
        retrying(scenario.end, env)


if __name__ == "__main__":
    main(sys.argv[1])
