"""Business methods with and without measuring: time and queries.

With: as installed.  Without: all measurements are taken off the registry's classes, as
the kill switch does, and commits, rollbacks and savepoints are Odoo's own functions
again.  Each call begins from the same committed state, in a new environment, is flushed
with all that waits for the COMMIT, and rolled back.  Prints a table in Markdown; ``make
bench`` saves it in ``docs/benchmarks.md``.
"""

import contextlib
import gc
import os
import random
import statistics
import time
from typing import NamedTuple

from odoo import api, sql_db
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.runtime import recording  # noqa: E402
from odoo.addons.reliability.runtime.measuring import measuring  # noqa: E402

SECONDS = {"confirm 1": 25, "confirm 20": 35, "validate": 25, "done 1000": 45}
WATCHED = (
    (sql_db.PsycoConnection, "commit"),
    (sql_db.PsycoConnection, "rollback"),
    (sql_db.Cursor, "close"),
    (sql_db.Savepoint, "__init__"),
    (sql_db.Savepoint, "rollback"),
)
MOST_PAIRS, FEWEST_PAIRS = 150, 4


def order(env, lines):
    goods = env["product.product"].create(
        [{"name": f"Bench {n}", "type": "consu"} for n in range(lines)]
    )
    customer = env["res.partner"].create({"name": "Bench"})
    line = [(0, 0, {"product_id": of.id, "product_uom_qty": 1}) for of in goods]
    return env["sale.order"].create({"partner_id": customer.id, "order_line": line})


def delivery(env):
    """Return a delivery that is ready and picked."""
    of_order = order(env, 3)
    of_order.action_confirm()
    picking = of_order.picking_ids
    picking.action_assign()
    picking.move_ids.picked = True
    return picking


def moves(env, count):
    """Return moves of a receipt, picked."""
    kind = env["stock.picking.type"].search([("code", "=", "incoming")], limit=1)
    goods = env["product.product"].create(
        [{"name": f"Bench {n}", "is_storable": True} for n in range(20)]
    )
    places = {
        "location_id": env.ref("stock.stock_location_suppliers").id,
        "location_dest_id": kind.default_location_dest_id.id,
    }
    picking = env["stock.picking"].create({"picking_type_id": kind.id, **places})
    found = env["stock.move"].create(
        [
            {
                "product_id": goods[n % len(goods)].id,
                "product_uom_qty": 1,
                "picking_id": picking.id,
                **places,
            }
            for n in range(count)
        ]
    )
    picking.action_confirm()
    found = picking.move_ids
    found.write({"quantity": 1, "picked": True})
    return found


SCENARIOS = {
    "confirm 1": (
        "`sale.order.action_confirm`, 1 line",
        lambda env: order(env, 1),
        "action_confirm",
    ),
    "confirm 20": (
        "`sale.order.action_confirm`, 20 lines",
        lambda env: order(env, 20),
        "action_confirm",
    ),
    "validate": (
        "`stock.picking.button_validate`",
        delivery,
        "button_validate",
    ),
    "done 1000": (
        "`stock.move._action_done`, 1,000 moves",
        lambda env: moves(env, 1000),
        "_action_done",
    ),
}


@contextlib.contextmanager
def unmeasured(registry):
    """Be without us for the block."""
    ours = {(owner, name): vars(owner)[name] for owner, name in WATCHED}
    for (owner, name), function in ours.items():
        setattr(owner, name, function.__wrapped__)
    places = list(measuring(registry)._places.values())
    for place in places:
        _measured, replaced = place._put_there[-1]
        if replaced is None:
            delattr(place._model_class, place._method)
        else:
            setattr(place._model_class, place._method, replaced)
    try:
        yield
    finally:
        for place in places:
            # What labels were is still known, as in a worker that goes on.
            measured, _replaced = place._put_there[-1]
            setattr(place._model_class, place._method, measured)
        for (owner, name), function in ours.items():
            setattr(owner, name, function)


def events():
    slot = recording.recorder()._slot
    return slot.head if slot else 0


class Cost(NamedTuple):
    """What one call cost.

    :ivar seconds, processor: seconds that passed, and that were computed in Python
    :ivar queries, elsewhere: SQL statements in its transaction, and on connections
        of our own
    :ivar events: how many events we recorded
    """

    seconds: float
    processor: float
    queries: int
    elsewhere: int
    events: int


def call(registry, records, method):
    """Call a method once, and return its cost."""
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        fresh = env[records._name].browse(records.ids)
        fresh.mapped("company_id")  # as a form or a list has read it
        gc.collect()
        own, every, head = cr.sql_log_count, sql_db.sql_counter, events()
        started, computed = time.perf_counter(), time.thread_time()
        getattr(fresh, method)()
        cr.flush()
        cr.rollback()
        processor = time.thread_time() - computed
        seconds = time.perf_counter() - started
        queries = cr.sql_log_count - own
        elsewhere = sql_db.sql_counter - every - queries
        return Cost(seconds, processor, queries, elsewhere, events() - head)


def compare(registry, records, method, seconds):
    """Return pairs of costs, measured and not, in an order that chance decides."""

    def without():
        with unmeasured(registry):
            return call(registry, records, method)

    sides = [lambda: call(registry, records, method), without]
    for side in sides:  # caches are warm then
        side()
    pairs = []
    until = time.monotonic() + seconds
    while len(pairs) < FEWEST_PAIRS or (
        len(pairs) < MOST_PAIRS and time.monotonic() < until
    ):
        pair = [None, None]
        for which in random.sample((0, 1), 2):
            pair[which] = sides[which]()
        pairs.append(pair)
    return pairs


def interval(ratios):
    """Return bounds that hold the true median in 95 of 100 cases."""
    ordered, count = sorted(ratios), len(ratios)
    reach = 0.98 * count**0.5
    low = max(0, round(count / 2 - reach) - 1)
    return ordered[low], ordered[count - 1 - low]


def difference(pairs, what):
    """Return by how much the first side costs more: median, and its uncertainty."""
    ratios = [getattr(a, what) / getattr(b, what) - 1 for a, b in pairs]
    low, high = interval(ratios)
    return f"{statistics.median(ratios):+.2%} ({low:+.1%} to {high:+.1%})"


def row(name, pairs):
    sides = list(zip(*pairs, strict=True))
    measured, plain = sides
    assert all(cost.events for cost in measured), f"{name} was not measured"
    assert not any(cost.events for cost in plain), f"{name} was measured"
    medians = [statistics.median(cost.seconds for cost in side) for side in sides]
    queries = [sorted({cost.queries for cost in side}) for side in sides]
    cells = [
        name,
        *(f"{median * 1e3:.1f} ms" for median in medians),
        difference(pairs, "seconds"),
        difference(pairs, "processor"),
        len(pairs),
        " and ".join("/".join(map(str, counts)) for counts in queries),
        sum(cost.elsewhere for cost in measured),
        "/".join(map(str, sorted({cost.events for cost in measured}))),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def main():
    registry = Registry(config["db_name"][0])
    print(
        "| | with | without | difference (95 %) | of processor time | pairs"
        " | queries, with and without | ours elsewhere, in all | calls measured |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for scenario, (name, make, method) in SCENARIOS.items():
        with registry.cursor() as cr:
            records = make(api.Environment(cr, api.SUPERUSER_ID, {}))
        pairs = compare(registry, records, method, SECONDS[scenario])
        print(row(name, pairs))


if __name__ == "__main__":
    main()
