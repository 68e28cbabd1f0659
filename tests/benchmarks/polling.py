"""The cost of polling a database, with demo data and nothing to deliver.

Compared is elapsed time: nearly all of it is work of PostgreSQL, in a new backend each
time.  Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import contextlib
import os
import tempfile
import threading
from pathlib import Path

from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.collector import gauges, snapshot  # noqa: E402
from odoo.addons.reliability.collector.collector import Collector  # noqa: E402
from odoo.addons.reliability.collector.connection import connected, transaction  # noqa: E402
from odoo.addons.reliability.collector.poller import DatabasePoller  # noqa: E402
from odoo.addons.reliability.odoo_conf import settings  # noqa: E402
from odoo.addons.reliability.telemetry.access import Access  # noqa: E402
from odoo.addons.reliability_platform.collector.host_load import HostLoad  # noqa: E402
from odoo.addons.reliability_platform.collector.lock_waits import LockWatch  # noqa: E402

from setup import paired, tables  # noqa: E402

ROUNDS = 15
WAITERS = 20
POLL = "a poll"
CONNECT = "of it, connecting"
GAUGES = "of it, connecting and reading all gauges"
LOCKS_IDLE = "of it, connecting and reading lock waits: none"
LOCKS_BUSY = f"connecting and reading lock waits: {WAITERS}"
SNAPSHOT = "a snapshot of its gauges"
LOAD = "each second: a sample of the workers' load"
THRESHOLDS = {
    POLL: 0.16,
    CONNECT: 0.009,
    GAUGES: 0.095,
    LOCKS_IDLE: 0.011,
    SNAPSHOT: 0.0055,
    LOCKS_BUSY: 0.021,
    LOAD: 0.0001,
}
"""Seconds, on an idle machine."""
ROW = "SELECT FROM ir_config_parameter ORDER BY id LIMIT 1 FOR UPDATE"


@contextlib.contextmanager
def lock_waits(db):
    """Hold a lock for the block, while threads wait for it."""
    threads = [threading.Thread(target=wait, args=(db,)) for _ in range(WAITERS)]
    with connected(db) as connection, connection.cursor() as cr:
        cr.execute(ROW)
        for thread in threads:
            thread.start()
        cr.execute("SELECT pg_sleep(2)")
        yield
        connection.rollback()
    for thread in threads:
        thread.join()


def wait(db):
    with connected(db) as connection, connection.cursor() as cr:
        cr.execute(ROW)
        connection.rollback()


def main():
    db = config["db_name"][0]
    with tempfile.TemporaryDirectory() as folder:
        collector, access = Collector(Path(folder)), Access(None)
        collector.cycle()
        load = HostLoad(collector, 8069)
        locks = LockWatch(collector, settings())
        poller = DatabasePoller(collector, access, "bench")

        def poll():
            poller._next_gauges.clear()
            poller._poll(db)

        def read_gauges():
            with connected(db) as connection:
                gauges.read(connection)

        def read_lock_waits():
            with connected(db) as connection:
                locks.poll(db, connection)

        def connect():
            with connected(db) as connection, transaction(connection):
                pass

        actions = {
            POLL: poll,
            CONNECT: connect,
            GAUGES: read_gauges,
            LOCKS_IDLE: read_lock_waits,
            SNAPSHOT: lambda: snapshot.take(Path(folder), collector, access),
        }
        found = run(actions)
        with lock_waits(db):
            found |= run({LOCKS_BUSY: read_lock_waits})
        found |= run({LOAD: load.check})
        with connected(db) as connection, transaction(connection) as cr:
            cr.execute("DELETE FROM public.reliability_lock_wait")
        collector.close()
    rows = [
        tables.row(name, runs, paired.Runs.values, "ms", THRESHOLDS[name], elapsed=True)
        for name, runs in found.items()
    ]
    tables.print_rows(("", "time (95 %)"), rows)


def run(actions):
    sides = {
        name: paired.Sides(paired.timed_side(action))
        for name, action in actions.items()
    }
    return paired.run(sides, ROUNDS)


if __name__ == "__main__":
    main()
