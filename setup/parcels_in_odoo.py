"""Makes what is to be shipped, see story_of_parcels.py; run by Odoo's Python with
``ODOO_RC``.

Takes type of carrier → how many deliveries, and prints type of carrier → their ids.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

from setup.shipping.carriers import carrier_of
from setup.shipping.deliveries import make_delivery

TRUCK_LEAVES_IN = timedelta(minutes=50)
# Where the truck leaves it is the afternoon, whatever the time here.
AFTERNOON = 15


def main(plan):
    config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])
    registry = Registry(config["db_name"][0])
    made = {}
    for kind, count in plan.items():
        made[kind] = [_in_transaction(registry, _delivery, kind) for _ in range(count)]
    _in_transaction(registry, _make_cutoff, next(iter(plan)))
    print(json.dumps(made))


def _in_transaction(registry, action, kind):
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return retrying(lambda: action(env, kind), env)


def _delivery(env, kind):
    return make_delivery(env, kind).id


def _make_cutoff(env, kind):
    """Let the truck of a carrier leave soon, every day."""
    hour = datetime.now(UTC).hour
    offset = (hour - AFTERNOON + 12) % 24 - 12  # POSIX counts to the west
    leaves = datetime.now(UTC) - timedelta(hours=offset) + TRUCK_LEAVES_IN
    env["reliability.cutoff"].create(
        {
            "warehouse_id": env.ref("stock.warehouse0").id,
            "carrier_id": carrier_of(env, kind).id,
            "hour": leaves.hour + leaves.minute / 60,
            "tz": f"Etc/GMT{offset:+d}" if offset else "UTC",
            "saturday": True,
            "sunday": True,
        }
    )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
