"""The addons' share of a worker's memory, on real prefork servers.

One server has our addons in its database and server-wide, the other has neither; both
answer the same requests.  Prints a table in Markdown; ``make bench`` saves it in
``docs/benchmarks.md``.
"""

import statistics
from pathlib import Path

from setup import bench, databases, traffic
from setup.odoo_config import SERVER_WIDE
from setup.odoo_server import OdooServer

WORKERS, ORDERS = 2, 24
KIB = 1024
PLAIN = f"{bench.DATABASE}_plain"
PRIVATE = "private, of a worker"
FIGURES = {
    "resident, of a worker": ("status", "VmRSS"),
    PRIVATE: ("smaps_rollup", "Private_Clean", "Private_Dirty"),
    "address space, of a worker": ("status", "VmSize"),
}


def kibibytes(pid, file, *names):
    """Return the sum of some entries in a process's file below ``/proc``."""
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    values = dict(line.split(":", 1) for line in lines if ":" in line)
    return sum(int(values[name].split()[0]) for name in names)


def memory(server):
    """Make the workers work, and return their memory: figure → bytes of each worker."""
    user = traffic.ApiUser(server.url, server.database, "admin", "admin")
    orders = traffic.make_orders(user, ORDERS)
    traffic.confirmations().run([(user, order) for order in orders])
    return {
        name: [KIB * kibibytes(pid, *where) for pid in server.worker_pids()]
        for name, where in FIGURES.items()
    }


def main():
    databases.copy(databases.TEMPLATE, PLAIN)
    # Without limits, so that the prefork server does not replace these workers.
    stay = {"max_cron_threads": 0, "limit_memory_soft": 0, "limit_request": 1 << 20}
    without = {**stay, "server_wide_modules": ",".join(SERVER_WIDE)}
    try:
        found = []
        for database, options in ((bench.DATABASE, stay), (PLAIN, without)):
            folder = bench.FOLDER / database
            with OdooServer(database, folder, WORKERS, options=options) as server:
                found.append(memory(server))
                if pid := server.collector_pid():
                    collector = KIB * kibibytes(pid, *FIGURES[PRIVATE])
    finally:
        databases.drop(PLAIN)
    print("| | with | without | difference |")
    print("|---|---|---|---|")
    for name in FIGURES:
        ours, plain = (statistics.median(side[name]) / 1e6 for side in found)
        print(f"| {name} | {ours:.1f} MB | {plain:.1f} MB | {ours - plain:+.1f} MB |")
    print(f"| private, of the collector | {collector / 1e6:.1f} MB | | |")


if __name__ == "__main__":
    main()
