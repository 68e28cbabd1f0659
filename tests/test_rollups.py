"""On a real server, what is in the database is what ``/metrics`` shows."""

import os
import signal
import time

from metrics import by_outcome, wait_for

from setup import postgres, traffic

SECONDS_UNTIL_DELIVERED = 45
ORDERS = 40


def in_database(database, table):
    """Return how many confirmations ended in each way, as the database has it."""
    rows = postgres.psql(
        f"SELECT outcome, sum(count) FROM reliability_rollup_{table} AS rollup"
        " JOIN reliability_series AS series ON series.id = rollup.series_id"
        " WHERE operation = 'order_confirmation' GROUP BY outcome",
        database,
    )
    pairs = (row.split("|") for row in rows.split())
    return {outcome: int(count) for outcome, count in pairs}


def test_minutes_hours_and_metrics_are_equal_also_when_the_collector_is_killed(
    make_server, admin, database
):
    server = make_server(workers=2, options={"max_cron_threads": 0})
    user = admin(server)
    orders = traffic.make_orders(user, ORDERS)
    confirmations = traffic.confirmations()
    for part in range(4):
        some = orders[part::4]
        confirmations.run([(user, order) for order in [*some, *some]])
        os.kill(server.collector_pid(), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while not server.collector_pid():
            assert time.monotonic() < deadline, "no new collector"
            time.sleep(0.1)
        time.sleep(4)
    told = {
        "success": confirmations.answers["done"],
        "rejected": confirmations.answers["refused"],
    }
    samples = wait_for(server, lambda s: by_outcome(s).items() >= told.items())
    shown = {outcome: count for outcome, count in by_outcome(samples).items() if count}
    deadline = time.monotonic() + SECONDS_UNTIL_DELIVERED
    while in_database(database, "minute") != shown:
        assert time.monotonic() < deadline, (in_database(database, "minute"), shown)
        time.sleep(1)
    assert in_database(database, "hour") == shown
