"""The demo's parcels: real connectors ask carriers of which one breaks down for a
while, another makes a parcel and does not answer, and a truck leaves too soon.

Odoo's users validate deliveries over its external API; nothing is made up but who the
carriers are.
"""

import json
import os
import subprocess
import xmlrpc.client

from . import odoo_config, paths, postgres, python_env
from .simulators.server import direct
from .steps import Failure, step

SCRIPT = paths.SETUP / "parcels_in_odoo.py"
IS_TOLD = "SELECT count(*) FROM reliability_cutoff"
DEGRADES, TIMES_OUT = "dhl_parcel", "mrw"
USUAL, SLOW, BROKEN, TRIED_AGAIN = 6, 2, 4, 2
"""How many deliveries of the carrier that degrades are validated while it does what."""
LEFT = 18
"""Deliveries for which the truck leaves too soon."""
SLOW_SECONDS = 1.0


def tell(server, warehouse, carriers_url):
    """Let it happen in a server's database, unless it has happened there.

    :param server: its workers find the carriers there, too
    :param warehouse: the :class:`~.traffic.ApiUser` who validates
    """
    if int(postgres.psql(IS_TOLD, server.database)):
        return
    with step("Shipping parcels while carriers fail"):
        made = _prepare(server)
        _let_one_degrade(warehouse, carriers_url, made[DEGRADES])
        # Together, as people do: of the second, the answer never comes.
        for fault in ("ok", "timeout_after"):
            _behave(carriers_url, TIMES_OUT, fault)
        _validate(warehouse, made[TIMES_OUT])
        direct(carriers_url, "forget")


def _let_one_degrade(warehouse, url, deliveries):
    usual, slow = deliveries[:USUAL], deliveries[USUAL : USUAL + SLOW]
    broken = deliveries[USUAL + SLOW : USUAL + SLOW + BROKEN]
    direct(url, "forget")
    _one_by_one(warehouse, usual)
    _behave(url, DEGRADES, "slow", times=0, seconds=SLOW_SECONDS)
    _one_by_one(warehouse, slow)
    _behave(url, DEGRADES, "unavailable", times=0)
    _one_by_one(warehouse, broken + broken[:TRIED_AGAIN])
    direct(url, "forget")
    _one_by_one(warehouse, broken)


def _behave(url, carrier, fault, **how):
    """Plan how a carrier behaves when it is asked for parcels."""
    direct(url, "behave", system=carrier, operation="shipment", fault=fault, **how)


def _one_by_one(warehouse, deliveries):
    for delivery in deliveries:
        _validate(warehouse, [delivery])


def _validate(warehouse, deliveries):
    """Validate deliveries together; that carriers let it fail is part of the story."""
    try:
        context = {"skip_sms": True}
        warehouse.call("stock.picking", "button_validate", deliveries, context=context)
    except xmlrpc.client.Fault:
        return


def _prepare(server):
    """Make deliveries and the cutoff; return type of carrier → ids of deliveries."""
    config = paths.RUN / "story" / "parcels.conf"
    odoo_config.write(config, {"db_name": server.database})
    of_one_that_degrades = USUAL + SLOW + BROKEN + LEFT
    plan = {DEGRADES: of_one_that_degrades, TIMES_OUT: 2}
    done = subprocess.run(
        [paths.PYTHON, "-m", "setup.parcels_in_odoo", json.dumps(plan)],
        cwd=paths.RUN,
        env={
            **os.environ,
            **python_env.environ(ODOO_RC=str(config), PYTHONPATH=str(paths.ROOT)),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    log = paths.log("parcels")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(done.stderr)
    if done.returncode:
        raise Failure("the parcels of the demo could not be prepared", log=log)
    return json.loads(done.stdout)
