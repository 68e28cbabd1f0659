"""How many jobs a queue runs, with us and without, in turn.

Each side is a server with two workers and a runner, on a database of its own: Odoo's
modules with ours, with all that measures and visits; without; and without once more,
which says what the ratio is worth: two servers that are the same differ by several
percent as long as they live.  So all are started anew in each round, in another order.
A job writes to one record.  Prints tables in Markdown; ``make bench`` saves them in
``docs/benchmarks.md``.
"""

import contextlib
import random
import statistics
import sys
import time

import psycopg2

from setup import bench, databases, odoo_config, paths, ports, postgres

sys.path.insert(0, str(paths.ROOT / "tests"))

import metrics
from background.crew import Queue

JOBS = 100
"""In each turn."""
ROUNDS = 5
SECONDS = 14
"""Of turns, in each round."""
WITH_US, WITHOUT, CONTROL = "with us", "without", "without, once more"
SIDES = {
    WITH_US: (databases.READY, ("reliability",)),
    WITHOUT: (databases.TEMPLATE, ()),
    CONTROL: (databases.TEMPLATE, ()),
}
SCRAPES = 20
_LEFT = "SELECT EXISTS (SELECT FROM queue_job WHERE state NOT IN ('done', 'failed'))"
_NOT_DONE = "SELECT count(*) FROM queue_job WHERE state <> 'done'"


class Side:
    """A database, and a server that runs its jobs while it is entered."""

    def __init__(self, number, source, ours):
        self._name = f"{bench.DATABASE}_jobs_{number}"
        databases.copy(source, self._name)
        databases.install(self._name, ["probe_jobs"])
        folder = bench.FOLDER / self._name
        self._queue = Queue(self._name, "root:2", 2, folder, ours)
        self._rates = []
        self.rounds = []

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
        if self._rates:
            self.rounds.append(statistics.median(self._rates))

    def warm_up(self):
        """Take the first turn, which is slow on any side."""
        self.turn()
        self._rates.clear()

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
            self._rates.append(len(uuids) / (time.perf_counter() - started))
            cr.execute(_NOT_DONE)
            assert cr.fetchone() == (0,)
            cr.execute("DELETE FROM queue_job")

    def scrape(self):
        """Return for how many milliseconds Prometheus waits for how many bytes."""
        url = self._queue.server.metrics_url
        token = odoo_config.metrics_token().read_text()
        started = time.perf_counter()
        status, text = metrics.fetch(url, token, {"Accept-Encoding": "gzip"})
        assert status == 200, text
        return (time.perf_counter() - started) * 1e3, len(text)

    def drop(self):
        databases.drop(self._name)


def main():
    sides = {name: Side(number, *of) for number, (name, of) in enumerate(SIDES.items())}
    scrapes = []
    for _round in range(ROUNDS):
        order = random.sample(list(sides.values()), len(sides))
        with contextlib.ExitStack() as stack:
            for side in order:
                stack.enter_context(side)
            for side in order:
                side.warm_up()
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                for side in random.sample(order, len(order)):
                    side.turn()
            scrapes += [sides[WITH_US].scrape() for _time in range(SCRAPES)]
    print_rates(sides)
    print_scrapes(scrapes)
    for side in sides.values():
        side.drop()


def print_rates(sides):
    print("| | jobs a second, median | ratio, median of rounds | half of them |")
    print("|---|---|---|---|")
    base = sides[WITHOUT].rounds
    for name, side in sides.items():
        ratios = [one / other for one, other in zip(side.rounds, base, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        of = "" if name == WITHOUT else f"{middle:.3f}"
        half = "" if name == WITHOUT else f"{low:.3f} to {high:.3f}"
        print(f"| {name} | {statistics.median(side.rounds):.1f} | {of} | {half} |")


def print_scrapes(scrapes):
    print()
    print("| with everything of ours in the database | median |")
    print("|---|---|")
    taken, sizes = zip(*scrapes, strict=True)
    print(f"| a scrape | {statistics.median(taken):.1f} ms |")
    print(f"| its size | {statistics.median(sizes) / 1024:.0f} KiB |")


if __name__ == "__main__":
    main()
