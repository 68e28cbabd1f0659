"""The cost of measuring a call in a real transaction of Odoo, from labels to event.

Alone, and with nested measured calls; then beside OpenTelemetry's SDK.  Compared is
processor time of Python, without the thread that exports their spans.  Prints tables in
Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import time
from functools import partial

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from _cost import ROUNDS, print_costs  # noqa: E402 - reads the settings
from _opentelemetry import Instrumentation  # noqa: E402

from odoo.addons.reliability.instrumentation.labels import sources  # noqa: E402
from odoo.addons.reliability.instrumentation.measure import measure  # noqa: E402
from odoo.addons.reliability.instrumentation.operation import Operation  # noqa: E402
from odoo.addons.reliability.instrumentation.own_cursor import own_cursor  # noqa: E402
from odoo.addons.reliability.telemetry.histogram import CLASSIC_BOUNDS  # noqa: E402

from setup import paired, tables  # noqa: E402

CALLS = 600
LIMIT, GOAL = 12.5e-6, 10e-6
"""Seconds that measuring adds to each call."""
RATIO_LIMIT = 0.23
"""Of our processor time for a call to that with OpenTelemetry's SDK."""
PEER_HEADS = ("of each", "ours", "OpenTelemetry's SDK", "ratio (95 %)")
MODEL, DIMENSION = "stock.picking", "picking_type_id.warehouse_id"
LABELS = ("db", "service", "company", "warehouse")
DEPTHS = {
    "a call": 1,
    "a call and another inside of it": 2,
    "a call inside a call inside a call": 3,
}


def call(method, depth, cr, sample):
    """Time calls, with their share of the COMMIT.

    :param depth: number of nested calls in one call of the method
    """
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    record = env[MODEL].search([], limit=1)
    record.company_id.ids  # noqa: B018 - cached, as after the first read of a record
    method(record)
    times = CALLS // depth
    with sample.timed(time.thread_time, times * depth):
        for _call in range(times):
            method(record)
        cr.commit()


def nested(depth, wrap):
    """Return a method that does nothing but call another one, so many levels deep.

    :param wrap: function of a method and its level that returns the method to call
    """

    def nothing(_records):
        return None

    def calling(inner):
        return lambda records: inner(records)

    method = wrap(nothing, 0)
    for level in range(1, depth):
        method = wrap(calling(method), level)
    return method


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        where = sources(env, MODEL, DIMENSION)
        own = partial(own_cursor, registry)

        def measured(method, level):
            name = f"nothing {level}"
            operation = Operation(cr.dbname, "warehouse", name, 1.0, where, own)
            return measure(method, lambda _records: operation)

        def plain(method, _level):
            return method

        def comparisons(*wraps):
            return {
                what: paired.Sides(
                    *(partial(call, nested(depth, wrap), depth, cr) for wrap in wraps)
                )
                for what, depth in DEPTHS.items()
            }

        print_costs(comparisons(measured, plain), LIMIT, GOAL)
        peer = Instrumentation(CLASSIC_BOUNDS)
        labels = dict(zip(LABELS, (cr.dbname, "warehouse", "1", "WH"), strict=True))

        def by_peer(method, level):
            name = f"nothing {level}"
            return peer.instrumented(method, name, labels | {"operation": name})

        found = paired.run(comparisons(measured, by_peer), ROUNDS)
        peer.shut_down()
        print()
        tables.print_rows(
            PEER_HEADS,
            [
                tables.row(what, runs, paired.Runs.ratios, "µs", RATIO_LIMIT)
                for what, runs in found.items()
            ],
        )


if __name__ == "__main__":
    main()
