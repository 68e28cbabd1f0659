"""The demo's synthetic checks: an order that fails once, and journeys that then pass.

Runs are real, as the server's scheduled actions and a probe do them, every five minutes
from then on.
"""

import time
import xmlrpc.client

from . import in_odoo, postgres, synthetic_company
from .probe import Probe
from .steps import Failure, step

JOURNEY = "reliability.synthetic.journey"
ORDER = "reliability_synthetic.journey_order_to_shipment"
BACKGROUND = "reliability_synthetic.journey_background_work"
OVER_HTTP = "reliability_synthetic.journey_order_to_shipment_http"
SHIPMENT = "order_to_shipment_http"
"""The code of that journey."""
MINUTES = 5
"""Between two runs of the probe."""
SCHEDULE = "reliability_synthetic.cron_run_due"
SINK = "sink@example.com"
"""Where the e-mails of the journey go: the demo's mail server stores none."""
SECONDS_TO_WAIT = 180
NOT_PASSED = """
    SELECT count(*) FROM reliability_synthetic_journey AS journey
     WHERE is_scheduled AND NOT EXISTS (
               SELECT FROM reliability_synthetic_run
                WHERE journey_id = journey.id AND state IN ('passed', 'slow'))
"""


def run(server, admin):
    """Switch the journeys on, and wait until each has passed.

    :param admin: the :class:`~.traffic.ApiUser` who switches them on
    """
    with step("Running synthetic checks"):
        order, background = admin.ref(ORDER), admin.ref(BACKGROUND)
        admin.call(JOURNEY, "write", [background], {"mail_to": SINK})
        switched_on = {"is_scheduled": True}
        admin.call(JOURNEY, "write", [order, background], switched_on)
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while int(postgres.psql(NOT_PASSED, server.database)):
            if time.monotonic() > deadline:
                raise Failure("synthetic checks do not pass", log=server.log)
            _run_due(admin)
            time.sleep(1)


def run_over_http(server, admin):
    """Make the synthetic company, and ship one order of it over HTTP.

    :return: the probe
    """
    with step("Shipping an order of the synthetic company over HTTP"):
        accounts = synthetic_company.new_accounts(server)
        key = in_odoo.run("inbound_key_in_odoo", server, "synthetic")
        probe = Probe(server, server.folder / "probe", accounts, key)
        probe.run_once(SHIPMENT)
    return probe


def go_on_over_http(server, admin):
    """Let a probe ship an order every few minutes, until it is stopped."""
    if Probe.is_running():
        return
    journey = admin.ref(OVER_HTTP)
    admin.call(JOURNEY, "write", [journey], {"interval_minutes": MINUTES})
    run_over_http(server, admin).start(SHIPMENT, 60 * MINUTES)


def fail(admin):
    """Run the order once as a user who may not sell; it is not switched on yet."""
    order = admin.ref(ORDER)
    manager = admin.call("res.users", "search", [("login", "=", "warehouse")])
    admin.call(JOURNEY, "write", [order], {"user_id": manager[0]})
    admin.call(JOURNEY, "action_run_now", [order])
    admin.call(JOURNEY, "write", [order], {"user_id": False})


def _run_due(admin):
    """Run what is due, unless the server does just now."""
    try:
        admin.run_scheduled(SCHEDULE)
    except xmlrpc.client.Fault as refusal:
        if "already executing" not in refusal.faultString:
            raise
