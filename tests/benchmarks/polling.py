"""What a visit of a database costs it, with demo data and nothing waiting.

What is judged is the time that passes: nearly all of it is PostgreSQL's work, in a
process that is new each time.  Prints a table in Markdown; ``make bench`` saves it in
``docs/benchmarks.md``.
"""

import contextlib
import os
import tempfile
import threading
from pathlib import Path

from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.collector import (
    gauges,
    snapshot,
)
from odoo.addons.reliability.collector.collector import Collector  # noqa: E402
from odoo.addons.reliability.collector.connection import connected, transaction  # noqa: E402
from odoo.addons.reliability.collector.host_load import Load  # noqa: E402
from odoo.addons.reliability.collector.lock_waits import LockWatch  # noqa: E402
from odoo.addons.reliability.collector.poller import DatabasePoller  # noqa: E402
from odoo.addons.reliability.telemetry.access import Access  # noqa: E402

from setup import paired, tables  # noqa: E402

ROUNDS = 15
WAITERS = 20
PEOPLE = f"connecting and looking who waits for a lock: {WAITERS} people"
THRESHOLDS = {
    "a visit": 0.16,
    "of it, connecting": 0.009,
    "of it, connecting and reading all facts": 0.095,
    "of it, connecting and looking who waits for a lock: nobody": 0.011,
    "a snapshot of what it told": 0.0055,
    PEOPLE: 0.021,
    "each second: a look how busy workers are": 0.0001,
}
"""Seconds, of a machine with nothing else to do."""
ROW = "SELECT FROM ir_config_parameter ORDER BY id LIMIT 1 FOR UPDATE"


@contextlib.contextmanager
def waiting(db):
    """Let people wait for a row that somebody holds."""
    people = []
    for _person in range(WAITERS):
        thread = threading.Thread(target=wait, args=(db,))
        people.append(thread)
    with connected(db) as connection, connection.cursor() as cr:
        cr.execute(ROW)
        for thread in people:
            thread.start()
        cr.execute("SELECT pg_sleep(2)")
        yield
        connection.rollback()
    for thread in people:
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
        load, locks = Load(collector, 8069), LockWatch(collector)
        visits = DatabasePoller(collector, access, "bench")

        def visit():
            visits._next_gauges.clear()
            visits._poll(db)

        def read_facts():
            with connected(db) as connection:
                gauges.read(connection)

        def look_who_waits():
            with connected(db) as connection:
                locks.look(db, connection)

        def connect():
            with connected(db) as connection, transaction(connection):
                pass

        actions = {
            "a visit": visit,
            "of it, connecting": connect,
            "of it, connecting and reading all facts": read_facts,
            "of it, connecting and looking who waits for a lock: nobody": (
                look_who_waits
            ),
            "a snapshot of what it told": lambda: snapshot.take(
                Path(folder), collector, access
            ),
        }
        found = run(actions)
        with waiting(db):
            found |= run({PEOPLE: look_who_waits})
        found |= run({"each second: a look how busy workers are": load.look})
        with connected(db) as connection, transaction(connection) as cr:
            cr.execute("DELETE FROM reliability_lock_wait")
        collector.close()
    rows = [
        tables.row(name, runs, paired.Runs.values, "ms", THRESHOLDS[name], idle=True)
        for name, runs in found.items()
    ]
    tables.print_judged(("", "time (95 %)"), rows)


def run(actions):
    sides = {name: paired.Sides(paired.whole(of)) for name, of in actions.items()}
    return paired.run(sides, ROUNDS)


if __name__ == "__main__":
    main()
