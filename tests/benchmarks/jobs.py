"""How many jobs a queue runs, with us and without, in turn.

Each side is a server with two workers and a runner, on a database of its own: Odoo's
modules with ours, with all that measures and visits; and without.  A job writes to one
record.  Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import contextlib
import statistics
import sys
import time

import psycopg2

from setup import bench, databases, paths, ports, postgres, testing

sys.path.insert(0, str(paths.ROOT / "tests"))

from background.crew import Queue  # noqa: E402 - a package of the tests

JOBS = 100
"""In each turn."""
SECONDS = 75
SIDES = {
    "with us": (testing.READY, ("reliability",)),
    "without": (databases.TEMPLATE, ()),
}
_LEFT = "SELECT EXISTS (SELECT FROM queue_job WHERE state NOT IN ('done', 'failed'))"
_NOT_DONE = "SELECT count(*) FROM queue_job WHERE state <> 'done'"


class Side:
    """A server and its jobs."""

    def __init__(self, name, source, ours):
        self._name = f"{bench.DATABASE}_{name.replace(' ', '_')}"
        databases.copy(source, self._name)
        databases.install(self._name, ["probe_jobs"])
        folder = bench.FOLDER / self._name
        self._queue = Queue(self._name, "root:2", 2, folder, ours)
        self.rates = []

    def __enter__(self):
        self._queue.__enter__()
        self._user = self._queue.user()
        self._connection = psycopg2.connect(
            host=ports.LOOPBACK,
            port=postgres.port(),
            user=postgres.ROLE,
            password=postgres.password(),
            dbname=self._name,
        )
        self._connection.autocommit = True
        return self

    def __exit__(self, *_error):
        self._connection.close()
        self._queue.__exit__()
        databases.drop(self._name)

    def turn(self):
        """Let jobs run, and take down how many they were in a second."""
        uuids = self._user.call("probe.job", "make_jobs", [], [["done"]] * JOBS)
        started = time.perf_counter()
        with self._connection.cursor() as cr:
            left = True
            while left:
                time.sleep(0.01)
                cr.execute(_LEFT)
                (left,) = cr.fetchone()
            self.rates.append(len(uuids) / (time.perf_counter() - started))
            cr.execute(_NOT_DONE)
            assert cr.fetchone() == (0,)
            cr.execute("DELETE FROM queue_job")


def main():
    with contextlib.ExitStack() as stack:
        sides = [stack.enter_context(Side(name, *of)) for name, of in SIDES.items()]
        for side in sides:
            side.turn()  # the first turn is slow on either side
            side.rates.clear()
        until = time.monotonic() + SECONDS
        turn = 0
        while time.monotonic() < until:
            for side in sides if turn % 2 else reversed(sides):
                side.turn()
            turn += 1
    print_table(*(side.rates for side in sides))


def print_table(with_us, without):
    ratios = [ours / theirs for ours, theirs in zip(with_us, without, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print("| | jobs a second, median |")
    print("|---|---|")
    print(f"| with us | {statistics.median(with_us):.1f} |")
    print(f"| without | {statistics.median(without):.1f} |")
    print(
        f"| ratio of {len(ratios)} pairs of turns, median |"
        f" {middle:.3f}; half of them {low:.3f} to {high:.3f} |"
    )


if __name__ == "__main__":
    main()
