"""The time of jobs in a queue, with our addons and without, in turn.

Each side is a server with two workers and a runner, on its own database: one with our
addons, collector included; a second one, the control; and one without.  Two equal
servers differ by several percent until they are restarted, so all servers are started
again for each pair.  A job writes to one record.  Prints tables in Markdown; ``make
bench`` saves them in ``docs/benchmarks.md``.
"""

import contextlib
import random
import statistics
import sys
import time

import psycopg2

from setup import (
    bench,
    databases,
    odoo_config,
    paired,
    paths,
    ports,
    postgres,
    tables,
)

sys.path.insert(0, str(paths.ROOT / "tests"))

import metrics
from background.workers import Queue

JOBS = 100
"""In each turn."""
TURNS = 3
"""Of each side, in each round."""
LIMIT, GOAL = 1.08, 1.02
"""Ratios of the time of a job, with our addons to without."""
WITH_US = (databases.READY, odoo_config.OURS)
WITHOUT = (databases.TEMPLATE, ())
SIDES = {"ours": WITH_US, "again": WITH_US, "theirs": WITHOUT}
HEADS = ("", "with us", "without", "ratio (95 %)")
SCRAPES = 5
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

    def turn(self, sample):
        """Make jobs, and time them until all are done."""
        with sample.timed(calls=JOBS * TURNS), self._connection.cursor() as cr:
            self._user.call("probe.job", "make_jobs", [], [["done"]] * JOBS)
            left = True
            while left:
                time.sleep(0.01)
                cr.execute(_LEFT)
                (left,) = cr.fetchone()
        with self._connection.cursor() as cr:
            cr.execute(_NOT_DONE)
            assert cr.fetchone() == (0,)
            cr.execute("DELETE FROM queue_job")

    def scrape(self):
        """Return the milliseconds and the bytes of a scrape."""
        url = self._queue.server.metrics_url
        token = odoo_config.metrics_token().read_text()
        started = time.perf_counter()
        status, text = metrics.fetch(url, token, {"Accept-Encoding": "gzip"})
        assert status == 200, text
        return (time.perf_counter() - started) * 1e3, len(text)

    def drop(self):
        databases.drop(self._name)


def main():
    sides = {
        name: Side(number, *side) for number, (name, side) in enumerate(SIDES.items())
    }
    chance = random.Random(paired.SEED)
    runs, scrapes = paired.Runs(), []
    try:
        for _round in range(paired.FEWEST):
            with contextlib.ExitStack() as stack:
                for name in chance.sample(list(sides), len(sides)):
                    stack.enter_context(sides[name])
                run_round(sides, runs, chance)
                scrapes += [sides["ours"].scrape() for _time in range(SCRAPES)]
    finally:
        for side in sides.values():
            side.drop()
    row = tables.row("a job", runs, paired.Runs.ratios, "ms", LIMIT, GOAL)
    tables.print_rows(HEADS, [row])
    print_scrapes(scrapes)


def run_round(sides, runs, chance):
    """Run jobs in turn on servers that were just started."""
    for side in sides.values():
        side.turn(paired.Sample())  # the first turn is slow on any side
    samples = {
        name: paired.Sample(0.0 if name == "theirs" else paired.SLOW_DOWN)
        for name in sides
    }
    for _turn in range(TURNS):
        for name in chance.sample(list(sides), len(sides)):
            sides[name].turn(samples[name])
    for name, sample in samples.items():
        getattr(runs, name).append(sample)


def print_scrapes(scrapes):
    print()
    print("| with all of our addons | median |")
    print("|---|---|")
    taken, sizes = zip(*scrapes, strict=True)
    print(f"| a scrape | {statistics.median(taken):.1f} ms |")
    print(f"| its size | {statistics.median(sizes) / 1024:.0f} KiB |")


if __name__ == "__main__":
    main()
