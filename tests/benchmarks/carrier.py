"""How much longer a provider's methods take because they are on record.

DHL Parcel's connector of OCA, its code unchanged, asks a simulated carrier in another
process; in turn with its method on record, and with the method beneath.  What is judged
is the time that passes, since a part of it is waiting for the disk.  Prints a table in
Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
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
    "rate_shipment": "a rate that asks nobody",
    "get_tracking_link": "a tracking link",
}
THRESHOLDS = {
    "send_shipping": (0.0045, 0.0012),
    "rate_shipment": (0.00015, 0.0002),
    "get_tracking_link": (0.00008, 0.0002),
}
"""Seconds by which a method may be delayed, and the COMMIT after it."""
GOAL = 0.002
"""Seconds of delay of a method."""
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
            tables.print_judged(HEADS, rows)


@contextlib.contextmanager
def _database():
    with contextlib.redirect_stdout(sys.stderr):  # what is printed is the table
        databases.copy(databases.FULL, DATABASE)
    try:
        yield
    finally:
        databases.drop(DATABASE)


def _compare(carrier, method, about):
    """Return runs of both ways, with seconds of the call and of the COMMIT."""
    on_record = getattr(type(carrier), f"{KIND}_{method}")

    def side(ask):
        def once(sample):
            _work(about)
            with sample.timed():
                ask(carrier, about)
            asked = sample.cost
            with sample.timed():
                carrier.env.cr.commit()
            return asked, sample.cost - asked

        return once

    sides = paired.Sides(side(on_record), side(on_record.__wrapped__))
    return paired.run({method: sides}, ROUNDS)[method]


def _rows(method, runs):
    words = METHODS[method]
    for number, what in enumerate((words, f"{words}: COMMIT")):
        part = runs.of_results(operator.itemgetter(number))
        about = what, part, paired.Runs.differences, "ms"
        goal = None if number else GOAL
        yield tables.row(*about, THRESHOLDS[method][number], goal, idle=True)


def _work(about):
    """Change something, as whoever asks a carrier has done: a validation, a price."""
    about.write({"note": f"{about.id} {time.time()}"})
    about.flush_recordset()


if __name__ == "__main__":
    main()
