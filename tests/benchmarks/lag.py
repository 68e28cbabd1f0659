"""The lag between a call and its count on ``/metrics`` and in the rollups.

On a real prefork server: a user calls a measured method, and both are read repeatedly
until they count the call.  Prints a table in Markdown; ``make bench`` saves it in
``docs/benchmarks.md``.
"""

import contextlib
import sys
import time
import xmlrpc.client

from setup import bench, odoo_config, paired, paths, postgres, tables, traffic
from setup.odoo_server import OdooServer

sys.path.insert(0, str(paths.ROOT / "tests"))

from metrics import fetch

CALLS = 50
SECONDS_BETWEEN_CALLS = 1.3  # not a divisor of the collector's intervals
SECONDS_BETWEEN_READS = 0.05
SECONDS_UNTIL_QUIET = 25  # until the events of the server's start are delivered
TIMEOUT = 60
COUNT = "odoo_operation_duration_seconds_count{"
ROLLUPS = (
    "SELECT coalesce(sum(count), 0) FROM reliability_rollup_minute AS rollup JOIN"
    " reliability_series AS series ON series.id = rollup.series_id"
    " WHERE operation = 'order_confirmation'"
)


def on_metrics(server):
    """Return the number of confirmations on ``/metrics``."""
    token = odoo_config.metrics_token().read_text()
    try:
        lines = fetch(server.metrics_url, token)[1].splitlines()
    except OSError:
        return 0
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith(COUNT) and "order_confirmation" in line
    )


def in_rollups(_server):
    """Return the number of confirmations in the rollups."""
    return float(postgres.psql(ROLLUPS, bench.DATABASE))


COUNTS = {on_metrics: ("on `/metrics`", 1.5), in_rollups: ("in the rollups", 8.0)}
"""Function that reads a count → its title, and the limit of seconds."""
HEADS = ("from the answer to the user until it is", "median (95 %)", "worst")


def lags(server, user):
    """Make calls, and return the seconds until each was counted, by key of COUNTS."""
    orders = traffic.make_orders(user, CALLS)
    before = {read: read(server) for read in COUNTS}
    found = {read: [] for read in COUNTS}
    done = []
    deadline = time.monotonic() + CALLS * SECONDS_BETWEEN_CALLS + TIMEOUT
    while any(len(seconds) < CALLS for seconds in found.values()):
        due = not done or time.monotonic() > done[-1] + SECONDS_BETWEEN_CALLS
        if len(done) < CALLS and due:
            with contextlib.suppress(xmlrpc.client.Fault):  # a refusal is counted, too
                user.call("sale.order", "action_confirm", [orders[len(done)]])
            done.append(time.monotonic())
        for read, seconds in found.items():
            counted = int(read(server) - before[read])
            now = time.monotonic()
            seconds += [now - call for call in done[len(seconds) : counted]]
            assert now < deadline, f"{len(seconds)} of {CALLS} calls were counted"
        time.sleep(SECONDS_BETWEEN_READS)
    return found


def main():
    folder = bench.FOLDER / "lag"
    options = {"max_cron_threads": 0}
    with OdooServer(bench.DATABASE, folder, options=options) as server:
        user = traffic.ApiUser(server.url, bench.DATABASE, "admin", "admin")
        first = traffic.make_orders(user, 2)
        traffic.confirmations().run([(user, order) for order in first])
        time.sleep(SECONDS_UNTIL_QUIET)
        found = lags(server, user)
    rows = []
    for read, (name, limit) in COUNTS.items():
        runs = paired.split_in_halves(found[read])
        cells = tables.row(name, runs, paired.Runs.values, "s", limit, elapsed=True)
        rows.append([*cells[:2], tables.amount(max(found[read]), "s"), *cells[2:]])
    tables.print_rows(HEADS, rows)


if __name__ == "__main__":
    main()
