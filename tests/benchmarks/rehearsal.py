"""How long a rehearsal of *Order to shipment* takes, and its share of a worker.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import statistics

from _one_side import print_actions, processor

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

INTERVAL = 300.0
"""Seconds between two rehearsals, as shipped."""
WHAT = "quotation, confirmation, reservation, shipment"
GOALS = {WHAT: 0.005 * INTERVAL}
THRESHOLDS = {WHAT: 0.35}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""


def rehearsal(journey, clock):
    """Return a side: a rehearsal of a journey."""
    from odoo.addons.reliability_synthetic.rehearsal import rehearse

    def side(sample):
        with sample.timed(clock):
            attempt = rehearse(journey)
        assert attempt.result == "passed", attempt

    return side


def share(_name, runs):
    """Return the share of a worker, as a cell."""
    return [f"{statistics.median(runs.values('seconds')) / INTERVAL:.2%}"]


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        journey = env.ref("reliability_synthetic.journey_order_to_shipment")
        journey.user_id = env.ref("base.user_admin")
        cr.commit()
        with registry.cursor() as other:
            # Rehearsals take this connection from the pool, too.
            clock = processor(other)
        side = {WHAT: rehearsal(journey, clock)}
        more = ["of a worker, every 5 minutes"], share
        print_actions("rehearsed", side, THRESHOLDS, GOALS, more)


if __name__ == "__main__":
    main()
