"""How much longer a provider's methods take because the ledger records them.

OCA's connector of DHL Parcel, its code unchanged, calls a simulated carrier in another
process, in turn with the recorded method and with the original one.  Compared is
elapsed time, since a part of it is waiting for the disk.  Prints a table in Markdown;
``make bench`` saves it in ``docs/benchmarks.md``.
"""

import contextlib
import operator
import os
import sys
import time

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

from setup import bench, databases, odoo_config, paired, tables
from setup.shipping.deliveries import make_delivery
from setup.simulators.server import SimulatorServer

ROUNDS = 100
KIND = "dhl_parcel"
DATABASE = f"{bench.DATABASE}_carrier"
FOLDER = bench.FOLDER / "carrier"
METHODS = {
    "send_shipping": "a label: sign in, make the parcel",
    "rate_shipment": "a rate without a request",
    "get_tracking_link": "a tracking link",
}
THRESHOLDS = {
    "send_shipping": (0.0045, 0.0012),
    "rate_shipment": (0.00015, 0.0002),
    "get_tracking_link": (0.00008, 0.0002),
}
"""Seconds by which a method may be delayed, and the COMMIT after it."""
GOAL = 0.002
"""Seconds by which a method should be delayed."""
HEADS = ("provider's method", "on record", "alone", "delayed by (95 %)")


def main():
    with _database(), SimulatorServer("carriers", FOLDER) as carriers:
        os.environ["SIMULATED_CARRIERS"] = carriers.url
        path = FOLDER / "odoo.conf"
        odoo_config.write(path, {"db_name": DATABASE})
        config.parse_config(["-c", str(path), "--logfile", os.devnull])
        with Registry(DATABASE).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            delivery = make_delivery(env, KIND)
            cr.commit()
            rows = []
            for method in METHODS:
                about = delivery.sale_id if method == "rate_shipment" else delivery
                rows += _rows(method, _compare(delivery.carrier_id, method, about))
            tables.print_rows(HEADS, rows)


@contextlib.contextmanager
def _database():
    with contextlib.redirect_stdout(sys.stderr):  # only the table goes to stdout
        databases.copy(databases.FULL, DATABASE)
    try:
        yield
    finally:
        databases.drop(DATABASE)


def _compare(carrier, method, about):
    """Return `Runs`; their results are seconds of the call and of the COMMIT."""
    recorded = getattr(type(carrier), f"{KIND}_{method}")

    def side(call):
        def once(sample):
            _work(about)
            with sample.timed():
                call(carrier, about)
            seconds = sample.cost
            with sample.timed():
                carrier.env.cr.commit()
            return seconds, sample.cost - seconds

        return once

    sides = paired.Sides(side(recorded), side(recorded.__wrapped__))
    return paired.run({method: sides}, ROUNDS)[method]


def _rows(method, runs):
    words = METHODS[method]
    for number, what in enumerate((words, f"{words}: COMMIT")):
        part = runs.with_cost(operator.itemgetter(number))
        about = what, part, paired.Runs.differences, "ms"
        goal = None if number else GOAL
        yield tables.row(*about, THRESHOLDS[method][number], goal, elapsed=True)


def _work(about):
    """Write to the document, as a validation or a new price does before a call."""
    about.write({"note": f"{about.id} {time.time()}"})
    about.flush_recordset()


if __name__ == "__main__":
    main()
