"""What a visit of a database costs it, with demo data and nothing waiting.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import contextlib
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.runtime import facts  # noqa: E402 - reads the settings
from odoo.addons.reliability.runtime.connection import (  # noqa: E402
    connected,
    transaction,
)
from odoo.addons.reliability.runtime.load import Load  # noqa: E402
from odoo.addons.reliability.runtime.lock_waits import LockWaits  # noqa: E402
from odoo.addons.reliability.runtime.visiting import Visits  # noqa: E402
from odoo.addons.reliability.telemetry import snapshot  # noqa: E402
from odoo.addons.reliability.telemetry.access import Access  # noqa: E402
from odoo.addons.reliability.telemetry.collector import Collector  # noqa: E402

ROUNDS = 30
WAITERS = 20
ROW = "SELECT FROM ir_config_parameter ORDER BY id LIMIT 1 FOR UPDATE"


def milliseconds(action):
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1e3


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
        load, locks = Load(collector, 8069), LockWaits(collector)
        visits = Visits(collector, access, "bench")

        def visit():
            visits._next_facts.clear()
            visits._visit(db)

        def read_facts():
            with connected(db) as connection:
                facts.read(connection)

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
        visit()
        times = {name: [] for name in actions}
        for _round in range(ROUNDS):
            for name, action in actions.items():
                times[name].append(milliseconds(action))
        with waiting(db):
            times[f"connecting and looking who waits for a lock: {WAITERS} people"] = [
                milliseconds(look_who_waits) for _round in range(ROUNDS)
            ]
        times["each second: a look how busy workers are"] = [
            milliseconds(load.look) for _round in range(ROUNDS)
        ]
        with connected(db) as connection, transaction(connection) as cr:
            cr.execute("DELETE FROM reliability_lock_wait")
        collector.close()
    print("| | median |")
    print("|---|---|")
    for name, taken in times.items():
        print(f"| {name} | {statistics.median(taken):.2f} ms |")


if __name__ == "__main__":
    main()
