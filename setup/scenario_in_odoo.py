"""Writes the demo's story, see story.py; run by Odoo's Python with ``ODOO_RC``.

Takes what goes on just now: ``slow``, ``failing`` or ``recovery``.
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

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS = 28
# The bad quarter of an hour, in minutes; how long ago it began, by what goes on now.
SLOW, FAILING, RECOVERED = 7, 8, 25
BEGAN = {
    "slow": SLOW,
    "failing": SLOW + FAILING,
    "recovery": SLOW + FAILING + RECOVERED,
}

# What is done in an hour of the day, by hour: two shifts and a quiet night. Where they
# are it went bad at two in the afternoon, whenever the story is told.
WENT_BAD_AT = 14
BUSY = [2] * 5 + [8, 20, 34, 40, 42, 40, 36, 28, 36, 42, 40, 34, 26, 18, 12, 8, 6, 4, 2]
# Operation → service, share of these calls, typical seconds, warehouse or not.
WORK = {
    "order_confirmation": ("order_processing", 1.0, 0.4, True),
    "reservation": ("warehouse_execution", 1.1, 0.25, True),
    "transfer_validation": ("warehouse_execution", 0.9, 0.6, True),
    "move_completion": ("warehouse_execution", 0.9, 0.3, True),
    "invoice_posting": ("invoicing", 0.5, 0.5, False),
}
REFUSED = 0.02
# While validations fail: so many of them, and people try again and again.
FAIL, TRIED_AGAIN = 0.85, 3
DOCUMENTS = {"order_confirmation": "sale.order", "transfer_validation": "stock.picking"}


class Story:
    """Four weeks of a database's calls, and what was seen of them.

    :param began: when the bad quarter of an hour began
    """

    def __init__(self, env, began):
        self._env = env
        self._began = began
        self._chance = random.Random(4)
        self._number = 0
        self._warehouses = [
            (str(of.company_id.id), of.code) for of in env["stock.warehouse"].search([])
        ]
        self._ids = {
            operation: env[model].search([], limit=200).ids
            for operation, model in DOCUMENTS.items()
        }

    def name_owners(self):
        """Let the demo's warehouse manager answer for services, and be told."""
        manager = self._env["res.users"].search([("login", "=", "warehouse")])
        self._env["reliability.service"].search([]).owner_id = manager

    def happen(self, begin, end):
        """Let happen what happened between two moments."""
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
            add(self._env.cr._obj, "story", "story", [(self._number, batch)])

    def end(self):
        """Let nobody wait for more: what brought it was taken down long ago."""
        source = self._env["reliability.collector.checkpoint"].search(
            [("name", "=", "story")]
        )
        source.delivered -= 2 * DAY

    def _pause(self, operation, moment):
        """Return how long it takes until somebody does it again."""
        hour = WENT_BAD_AT + (moment - self._began) // HOUR
        an_hour = BUSY[hour % 24] * WORK[operation][1]
        if moment.weekday() > 4:
            an_hour /= 2
        if self._is_failing(operation, moment):
            an_hour *= TRIED_AGAIN
        return timedelta(hours=self._chance.expovariate(an_hour))

    def _is_slow(self, operation, moment):
        bad = (moment - self._began) / MINUTE
        return operation == "order_confirmation" and 0 <= bad < SLOW + FAILING / 2

    def _is_failing(self, operation, moment):
        bad = (moment - self._began) / MINUTE
        return operation == "transfer_validation" and SLOW <= bad < SLOW + FAILING

    def _event(self, operation, moment, typical):
        seconds = typical * self._chance.lognormvariate(0, 0.4)
        outcome = "rejected" if self._chance.random() < REFUSED else "success"
        if self._is_slow(operation, moment):
            seconds *= 12
        if self._is_failing(operation, moment) and self._chance.random() < FAIL:
            outcome = "failed"
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
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    began = now - BEGAN[until] * MINUTE
    with registry.cursor() as cr, registry.cursor() as holding:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        # Odoo itself must not look before all of it is told. If it is looking just now,
        # this waits; it would fail at the isolation of Odoo's own cursors.
        holding._cnx.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        cron = env.ref("reliability.cron_judge").id
        holding.execute("SELECT FROM ir_cron WHERE id = %s FOR UPDATE", [cron])
        story = Story(env, began)
        retrying(story.name_owners, env)
        for days in range(DAYS, 0, -1):
            of_a_day = began - days * DAY, began - (days - 1) * DAY
            retrying(partial(story.happen, *of_a_day), env)
        moment = began
        while moment < now:
            retrying(partial(story.happen, moment, moment + MINUTE), env)
            moment += MINUTE
            look = env["reliability.evaluator"]._judge
            retrying(partial(look, min(moment, now)), env)
        retrying(story.end, env)


if __name__ == "__main__":
    main(sys.argv[1])
