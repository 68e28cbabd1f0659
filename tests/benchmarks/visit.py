"""What a visit of a database costs it, with demo data and nothing waiting.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.runtime import facts  # noqa: E402 - reads the settings
from odoo.addons.reliability.runtime.connection import (  # noqa: E402
    connected,
    transaction,
)
from odoo.addons.reliability.runtime.visiting import Visits  # noqa: E402
from odoo.addons.reliability.telemetry import snapshot  # noqa: E402
from odoo.addons.reliability.telemetry.access import Access  # noqa: E402
from odoo.addons.reliability.telemetry.collector import Collector  # noqa: E402

ROUNDS = 30


def milliseconds(action):
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1e3


def main():
    db = config["db_name"][0]
    with tempfile.TemporaryDirectory() as folder:
        collector, access = Collector(Path(folder)), Access(None)
        collector.cycle()
        visits = Visits(collector, access, "bench")

        def visit():
            visits._next_facts.clear()
            visits._visit(db)

        def read_facts():
            with connected(db) as connection:
                facts.read(connection)

        def connect():
            with connected(db) as connection, transaction(connection):
                pass

        actions = {
            "a visit": visit,
            "of it, connecting": connect,
            "of it, connecting and reading all facts": read_facts,
            "a snapshot of what it told": lambda: snapshot.take(
                Path(folder), collector, access
            ),
        }
        visit()
        times = {name: [] for name in actions}
        for _round in range(ROUNDS):
            for name, action in actions.items():
                times[name].append(milliseconds(action))
        collector.close()
    print("| | median |")
    print("|---|---|")
    for name, taken in times.items():
        print(f"| {name} | {statistics.median(taken):.1f} ms |")


if __name__ == "__main__":
    main()
