"""How much longer a provider's methods take because they are on record.

DHL Parcel's connector of OCA, its code unchanged, asks a simulated carrier in another
process; in turn with its method on record, and with the method beneath.  Prints a table
in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import contextlib
import os
import statistics
import sys
import time

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

from setup import bench, databases, odoo_config
from setup.shipping.deliveries import make_delivery
from setup.simulators.server import SimulatorServer

ROUNDS = 150
KIND = "dhl_parcel"
DATABASE = f"{bench.DATABASE}_carrier"
FOLDER = bench.FOLDER / "carrier"
METHODS = {
    "send_shipping": "a label: sign in, make the parcel",
    "rate_shipment": "a rate that asks nobody",
    "get_tracking_link": "a tracking link",
}


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
            print("| provider's method | alone | delayed by | COMMIT delayed by |")
            print("|---|---|---|---|")
            for method, words in METHODS.items():
                about = delivery.sale_id if method == "rate_shipment" else delivery
                print(_row(words, delivery.carrier_id, method, about))


@contextlib.contextmanager
def _database():
    with contextlib.redirect_stdout(sys.stderr):  # what is printed is the table
        databases.copy(databases.FULL, DATABASE)
    try:
        yield
    finally:
        databases.drop(DATABASE)


def _row(words, carrier, method, about):
    """Return a row of the table: medians of both ways, called in turn."""
    on_record = getattr(type(carrier), f"{KIND}_{method}")
    ways = {"on record": on_record, "alone": on_record.__wrapped__}
    called, committed = ({way: [] for way in ways} for _of in range(2))
    for _round in range(ROUNDS):
        for way, ask in ways.items():
            _work(about)
            started = time.perf_counter()
            ask(carrier, about)
            asked = time.perf_counter()
            carrier.env.cr.commit()
            called[way].append(asked - started)
            committed[way].append(time.perf_counter() - asked)
    alone = statistics.median(called["alone"])
    cells = [1000 * alone, 1000 * _delay(called), 1000 * _delay(committed)]
    return f"| {words} | {' | '.join(f'{cell:.2f} ms' for cell in cells)} |"


def _work(about):
    """Change something, as whoever asks a carrier has done: a validation, a price."""
    about.write({"note": f"{about.id} {time.time()}"})
    about.flush_recordset()


def _delay(times):
    return statistics.median(times["on record"]) - statistics.median(times["alone"])


if __name__ == "__main__":
    main()
