"""On a real server, the rollups in the database equal ``/metrics``."""

import os
import signal

from in_database import rollups, wait_for_rollups
from metrics import by_outcome, wait_for, wait_for_cycles
from waiting import wait_until

from setup import traffic

ORDERS, PARTS = 24, 3


def test_rollups_and_metrics_are_equal_also_when_the_collector_is_killed(
    make_server, admin, database
):
    server = make_server(workers=2, options={"max_cron_threads": 0})
    user = admin(server)
    orders = traffic.make_orders(user, ORDERS)
    confirmations = traffic.confirmations()
    for part in range(PARTS):
        some = orders[part::PARTS]
        confirmations.run([(user, order) for order in [*some, *some]])
        os.kill(server.collector_pid(), signal.SIGKILL)
        wait_until(server.collector_pid, "no new collector")
        # The new collector is the leader, and has read all recorded events.
        wait_for_cycles(server)
    expected = {
        "success": confirmations.answers["done"],
        "rejected": confirmations.answers["refused"],
    }
    samples = wait_for(server, lambda s: by_outcome(s).items() >= expected.items())
    shown = {outcome: count for outcome, count in by_outcome(samples).items() if count}
    wait_for_rollups(database, shown)
    assert rollups(database, "hour") == shown
