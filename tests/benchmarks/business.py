"""Business methods with and without measuring: time and queries.

With: as installed.  Without: all instrumentation is removed from the registry's
classes, as the kill switch does, and commits, rollbacks and savepoints are Odoo's own
functions again.  Each call starts from the same committed state, in a new environment;
it is flushed with its pre-commit functions, and rolled back.  Compared are processor
time (Python and its PostgreSQL backend), elapsed time, and queries.  Prints a table in
Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import contextlib
import gc
import os
from functools import partial
from typing import NamedTuple

from _one_side import processor

from odoo import api, sql_db
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.instrumentation import instrument, recording  # noqa: E402
from odoo.addons.reliability.instrumentation.registry import instrumentation_of  # noqa: E402

from setup import paired, tables  # noqa: E402

HEADS = ("", "with", "without", "ratio or difference (95 %)")
THRESHOLDS = {"processor time": 1.02, "time": 1.03, "queries": 0}
"""Ratios of processor time and of elapsed time, and additional queries."""
GOAL = 1.01
"""Of both ratios."""


def order(env, lines):
    goods = env["product.product"].create(
        [{"name": f"Bench {n}", "type": "consu"} for n in range(lines)]
    )
    customer = env["res.partner"].create({"name": "Bench"})
    order_lines = [
        (0, 0, {"product_id": product.id, "product_uom_qty": 1}) for product in goods
    ]
    return env["sale.order"].create(
        {"partner_id": customer.id, "order_line": order_lines}
    )


def delivery(env):
    """Return a delivery that is ready and picked."""
    sale = order(env, 3)
    sale.action_confirm()
    picking = sale.picking_ids
    picking.action_assign()
    picking.move_ids.picked = True
    return picking


def moves(env, count):
    """Return moves of a receipt, picked."""
    kind = env["stock.picking.type"].search([("code", "=", "incoming")], limit=1)
    goods = env["product.product"].create(
        [{"name": f"Bench {n}", "is_storable": True} for n in range(20)]
    )
    locations = {
        "location_id": env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": kind.default_location_dest_id.id,
    }
    picking = env["stock.picking"].create({"picking_type_id": kind.id, **locations})
    found = env["stock.move"].create(
        [
            {
                "product_id": goods[n % len(goods)].id,
                "product_uom_qty": 1,
                "picking_id": picking.id,
                **locations,
            }
            for n in range(count)
        ]
    )
    picking.action_confirm()
    found = picking.move_ids
    found.write({"quantity": 1, "picked": True})
    return found


SCENARIOS = {
    "`sale.order.action_confirm`, 1 line": (
        lambda env: order(env, 1),
        "action_confirm",
        150,
    ),
    "`sale.order.action_confirm`, 20 lines": (
        lambda env: order(env, 20),
        "action_confirm",
        100,
    ),
    "`stock.picking.button_validate`": (delivery, "button_validate", 150),
    "`stock.move._action_done`, 1,000 moves": (
        lambda env: moves(env, 1000),
        "_action_done",
        60,
    ),
}
"""Title → function that makes the records, method to call, number of pairs."""


@contextlib.contextmanager
def unmeasured(registry):
    """Remove all instrumentation for the block."""
    # The label caches stay filled, as in a worker that goes on.
    methods = list(instrumentation_of(registry)._methods.values())
    purposes = dict(instrument._purposes)
    for measured in methods:
        measured._patch.remove()
    for name in purposes:
        instrument.uninstrument(name)
    try:
        yield
    finally:
        for name, purpose in purposes.items():
            instrument.instrument(
                name, *purpose.hooks, while_paused=purpose.while_paused
            )
        for measured in methods:
            measured._patch.put()


def events():
    slot = recording.recorder()._slot
    return slot.head if slot else 0


class Counts(NamedTuple):
    """Counts of one call.

    :ivar queries: SQL statements, also those on our own connections
    :ivar events: recorded events
    """

    queries: int
    events: int


def call(registry, records, method, sample):
    """Call a method once, and return its `Counts`."""
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        fresh = env[records._name].browse(records.ids)
        fresh.mapped("company_id")  # a form or a list has read it before
        gc.collect()
        queries, head = sql_db.sql_counter, events()
        with sample.timed(processor(cr)):
            getattr(fresh, method)()
            cr.flush()
            cr.rollback()
        return Counts(sql_db.sql_counter - queries, events() - head)


def compare(registry, records, method, pairs):
    """Return `Runs` of a method, measured and not."""
    with_us = partial(call, registry, records, method)

    def without(sample):
        with unmeasured(registry):
            return with_us(sample)

    return paired.run({method: paired.Sides(with_us, without)}, pairs)[method]


def rows(name, runs):
    """Yield a row for processor time, one for elapsed time, and one for queries."""
    assert all(one.result.events for one in runs.ours), f"{name} was not measured"
    assert not any(one.result.events for one in runs.theirs), f"{name} was measured"
    ratios, differences = paired.Runs.ratios, paired.Runs.differences
    for what, measure in {"processor time": "cost", "time": "seconds"}.items():
        limit = THRESHOLDS[what]
        yield tables.row(f"{name}, {what}", runs, ratios, "ms", limit, GOAL, measure)
    queries = runs.with_cost(lambda counts: counts.queries)
    limit = THRESHOLDS["queries"]
    yield tables.row(f"{name}, queries", queries, differences, "queries", limit)


def main():
    registry = Registry(config["db_name"][0])
    gc.freeze()  # else collections traverse code and registry, longer than calls take
    table = []
    for name, (make, method, pairs) in SCENARIOS.items():
        with registry.cursor() as cr:
            records = make(api.Environment(cr, api.SUPERUSER_ID, {}))
        table += rows(name, compare(registry, records, method, pairs))
    tables.print_rows(HEADS, table)


if __name__ == "__main__":
    main()
