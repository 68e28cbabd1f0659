"""How long after a call it is on ``/metrics``, and in its database's rollups.

On a real prefork server: a user calls a measured method, and again and again it is
looked whether that call is counted.  Prints a table in Markdown; ``make bench`` saves
it in ``docs/benchmarks.md``.
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
SECONDS_BETWEEN_CALLS = 1.3  # not a divisor of the collector's seconds
SECONDS_BETWEEN_LOOKS = 0.05
SECONDS_UNTIL_QUIET = 25  # what the start of the server left is delivered
TIMEOUT = 60
COUNT = "odoo_operation_duration_seconds_count{"
ROLLUPS = (
    "SELECT coalesce(sum(count), 0) FROM reliability_rollup_minute AS rollup JOIN"
    " reliability_series AS series ON series.id = rollup.series_id"
    " WHERE operation = 'order_confirmation'"
)


def on_metrics(server):
    """Return how many confirmations ``/metrics`` shows."""
    token = odoo_config.metrics_token().read_text()
    try:
        lines = fetch(server.metrics_url, token)[1].splitlines()
    except OSError:
        return 0
    ours = [of for of in lines if of.startswith(COUNT) and "order_confirmation" in of]
    return sum(float(line.rpartition(" ")[2]) for line in ours)


def in_rollups(_server):
    """Return how many confirmations the database knows of."""
    return float(postgres.psql(ROLLUPS, bench.DATABASE))


PLACES = {on_metrics: ("on `/metrics`", 1.5), in_rollups: ("in the rollups", 8.0)}
"""What looks there → its name, and the limit of seconds."""
HEADS = ("from the answer to the user until it is", "median (95 %)", "worst")


def lags(server, user):
    """Return after how many seconds each of some calls was counted, in each place."""
    orders = traffic.make_orders(user, CALLS)
    before = {look: look(server) for look in PLACES}
    found = {look: [] for look in PLACES}
    done = []
    deadline = time.monotonic() + CALLS * SECONDS_BETWEEN_CALLS + TIMEOUT
    while any(len(of) < CALLS for of in found.values()):
        due = not done or time.monotonic() > done[-1] + SECONDS_BETWEEN_CALLS
        if len(done) < CALLS and due:
            with contextlib.suppress(xmlrpc.client.Fault):  # a refusal is counted, too
                user.call("sale.order", "action_confirm", [orders[len(done)]])
            done.append(time.monotonic())
        for look, of in found.items():
            seen = int(look(server) - before[look])
            now = time.monotonic()
            of += [now - call for call in done[len(of) : seen]]
            assert now < deadline, f"{len(of)} of {CALLS} calls were counted in time"
        time.sleep(SECONDS_BETWEEN_LOOKS)
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
    for look, (name, limit) in PLACES.items():
        runs = paired.halves(found[look])
        cells = tables.row(name, runs, paired.Runs.values, "s", limit, idle=True)
        rows.append([*cells[:2], tables.amount(max(found[look]), "s"), *cells[2:]])
    tables.print_judged(HEADS, rows)


if __name__ == "__main__":
    main()
