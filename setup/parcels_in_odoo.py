"""A program that creates the deliveries and the cutoff of the demo's parcel scenario.

Odoo's Python runs it with ``ODOO_RC``.  Its argument is type of carrier → number of
deliveries, in JSON; it prints type of carrier → ids of the deliveries.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

from setup.shipping.carriers import find_or_create_carrier
from setup.shipping.deliveries import make_delivery

TRUCK_LEAVES_IN = timedelta(minutes=50)
AFTERNOON = 15
"""Hour in the cutoff's time zone, which is chosen so that it is afternoon there now."""


def main(counts):
    config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])
    registry = Registry(config["db_name"][0])
    ids = {
        kind: [_in_transaction(registry, _delivery, kind) for _ in range(count)]
        for kind, count in counts.items()
    }
    _in_transaction(registry, _make_cutoff, next(iter(counts)))
    print(json.dumps(ids))


def _in_transaction(registry, action, kind):
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return retrying(lambda: action(env, kind), env)


def _delivery(env, kind):
    return make_delivery(env, kind).id


def _make_cutoff(env, kind):
    """Create a daily cutoff of a carrier whose truck leaves soon."""
    hour = datetime.now(UTC).hour
    offset = (hour - AFTERNOON + 12) % 24 - 12  # positive to the west, as in POSIX
    departure = datetime.now(UTC) - timedelta(hours=offset) + TRUCK_LEAVES_IN
    env["reliability.cutoff"].create(
        {
            "warehouse_id": env.ref("stock.warehouse0").id,
            "carrier_id": find_or_create_carrier(env, kind).id,
            "hour": departure.hour + departure.minute / 60,
            "tz": f"Etc/GMT{offset:+d}" if offset else "UTC",
            "saturday": True,
            "sunday": True,
        }
    )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
