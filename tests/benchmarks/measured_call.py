"""What measuring a call costs in a real transaction of Odoo, from labels to event.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import statistics
import time

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.runtime import measure  # noqa: E402 - reads the settings

ROUNDS, CALLS = 30, 500
OPERATION = measure.Operation("sales", "nothing", 1.0, lambda _records, _id: "WH")


def nothing(_records):
    return None


def microseconds(method, cr):
    """Return the time of a call, its share of the COMMIT included."""
    partner = api.Environment(cr, api.SUPERUSER_ID, {})["res.partner"].browse(1)
    partner.company_id.ids  # noqa: B018 - cached, as after the first read of a record
    started = time.perf_counter()
    for _call in range(CALLS):
        method(partner)
    cr.commit()
    return (time.perf_counter() - started) / CALLS * 1e6


def main():
    measured = measure.measure(nothing, OPERATION)
    with Registry(config["db_name"][0]).cursor() as cr:
        pairs = [
            (microseconds(measured, cr), microseconds(nothing, cr))
            for _round in range(ROUNDS)
        ]
    with_us, without = map(statistics.median, zip(*pairs, strict=True))
    cost = statistics.median(a - b for a, b in pairs)
    print("| measured | as it is | cost of measuring |")
    print("|---|---|---|")
    print(f"| {with_us:.1f} µs | {without:.1f} µs | {cost:.1f} µs |")


if __name__ == "__main__":
    main()
