"""What measuring a call costs in a real transaction of Odoo, from labels to event.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import time
from functools import partial

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from _cost import print_cost  # noqa: E402 - it reads the settings

from odoo.addons.reliability import measure  # noqa: E402
from odoo.addons.reliability.runtime.labels import sources  # noqa: E402
from odoo.addons.reliability.runtime.operation import Operation  # noqa: E402
from odoo.addons.reliability.runtime.own_cursor import own_cursor  # noqa: E402

CALLS = 500
MODEL, DIMENSION = "stock.picking", "picking_type_id.warehouse_id"


def nothing(_records):
    return None


def microseconds(method, cr):
    """Return the time of a call, its share of the COMMIT included."""
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    record = env[MODEL].search([], limit=1)
    record.company_id.ids  # noqa: B018 - cached, as after the first read of a record
    method(record)
    started = time.perf_counter()
    for _call in range(CALLS):
        method(record)
    cr.commit()
    return (time.perf_counter() - started) / CALLS * 1e6


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        where = sources(env, MODEL, DIMENSION)
        own = partial(own_cursor, registry)
        operation = Operation(cr.dbname, "warehouse", "nothing", 1.0, where, own)
        measured = measure(nothing, lambda _records: operation)
        print_cost(
            partial(microseconds, measured, cr), partial(microseconds, nothing, cr)
        )


if __name__ == "__main__":
    main()
