"""The demo's scenario of parcels.

Real connectors call carriers: one breaks down for a while, another creates a parcel but
does not answer, and a truck leaves before all parcels are ready.  Users validate the
deliveries over the external API; only the carriers are simulated.
"""

import json
import xmlrpc.client
from datetime import UTC, datetime
from typing import NamedTuple

from . import in_odoo, postgres
from .simulators.server import direct
from .steps import step

HAS_RUN = "SELECT count(*) FROM reliability_cutoff"
BEGAN_EARLIER = """
    UPDATE stock_picking SET date_done = date_done - interval '1 hour' WHERE id IN ({})
"""
"""So the work of an hour is known, by which the others will miss the truck."""
DEGRADES, TIMES_OUT = "dhl_parcel", "mrw"
USUAL, SLOW, BROKEN, RETRIED = 6, 2, 4, 2
"""Numbers of deliveries that are validated in each phase of the degrading carrier."""
LEFT = 18
"""Deliveries that are not ready when the truck leaves."""
SLOW_SECONDS = 1.0
TIMES = "demo.carriers"
"""System parameter: the times of the carriers' faults."""
STORE = "INSERT INTO ir_config_parameter (key, value) VALUES ('{}', '{}')"


class Times(NamedTuple):
    """When carriers failed, in UTC.

    :ivar broke: just before the first call that the degrading carrier failed
    :ivar recovered: when it worked again
    :ivar asked: just before the call of the carrier that does not answer
    :ivar gave_up: when Odoo no longer waited for its answer
    """

    broke: datetime
    recovered: datetime
    asked: datetime
    gave_up: datetime


def times(server):
    """Return the times of the carriers' faults in a server's database."""
    query = f"SELECT value FROM ir_config_parameter WHERE key = '{TIMES}'"
    stored = json.loads(postgres.psql(query, server.database))
    return Times(*map(datetime.fromisoformat, stored))


def run(server, warehouse, carriers_url):
    """Run the scenario in a server's database, unless it has run there before.

    :param server: its workers reach the simulated carriers at the same URL
    :param warehouse: the :class:`~.traffic.ApiUser` who validates
    """
    if int(postgres.psql(HAS_RUN, server.database)):
        return
    with step("Shipping parcels while carriers fail"):
        made = _prepare(server)
        outage = _degrade_one(warehouse, carriers_url, made[DEGRADES])
        usual = ",".join(map(str, made[DEGRADES][:USUAL]))
        postgres.psql(BEGAN_EARLIER.format(usual), server.database)
        # Both in one call, as people do; the second parcel's answer never arrives.
        for fault in ("ok", "timeout_after"):
            _behave(carriers_url, TIMES_OUT, fault)
        asked = _now()
        _validate(warehouse, made[TIMES_OUT])
        stored = json.dumps(list(map(str, Times(*outage, asked, _now()))))
        postgres.psql(STORE.format(TIMES, stored), server.database)
        direct(carriers_url, "forget")


def _now():
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _degrade_one(warehouse, url, deliveries):
    """Return when the carrier broke, and when it worked again."""
    usual, slow = deliveries[:USUAL], deliveries[USUAL : USUAL + SLOW]
    broken = deliveries[USUAL + SLOW : USUAL + SLOW + BROKEN]
    direct(url, "forget")
    _one_by_one(warehouse, usual)
    _behave(url, DEGRADES, "slow", times=0, seconds=SLOW_SECONDS)
    _one_by_one(warehouse, slow)
    _behave(url, DEGRADES, "unavailable", times=0)
    broke = _now()
    _one_by_one(warehouse, broken + broken[:RETRIED])
    direct(url, "forget")
    recovered = _now()
    _one_by_one(warehouse, broken)
    return broke, recovered


def _behave(url, carrier, fault, **how):
    """Plan a carrier's fault for requests of parcels."""
    direct(url, "behave", system=carrier, operation="shipment", fault=fault, **how)


def _one_by_one(warehouse, deliveries):
    for delivery in deliveries:
        _validate(warehouse, [delivery])


def _validate(warehouse, deliveries):
    """Validate deliveries in one call; carriers make some fail, as intended."""
    try:
        context = {"skip_sms": True}
        warehouse.call("stock.picking", "button_validate", deliveries, context=context)
    except xmlrpc.client.Fault:
        return


def _prepare(server):
    """Make deliveries and the cutoff; return carrier → ids of its deliveries."""
    plan = {DEGRADES: USUAL + SLOW + BROKEN + LEFT, TIMES_OUT: 2}
    return json.loads(in_odoo.run("parcels_in_odoo", server, json.dumps(plan)))
