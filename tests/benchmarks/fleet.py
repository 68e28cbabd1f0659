"""``/metrics`` of many databases, 20 of them busy: sizes, times, and what waits for it.

Between two pages, each series of the busy databases has an event.  Compared is the
processor time of the thread.  Prints tables in Markdown; ``make bench`` saves them in
``docs/benchmarks.md``.
"""

import contextlib
import gzip
import shutil
import tempfile
import threading
import time
from pathlib import Path

import _fleet
from _shared import SHARED
from prometheus_client import generate_latest

from odoo.addons.reliability.collector.collector import Collector
from odoo.addons.reliability.telemetry.exposition.rendering import render

from setup import paired, tables

SIZES = (50, 200, 1000)
LOCKED = "while the collector is locked"
BUILT = "all of it, without rendering"
RENDERED = "rendering"
COMPRESSED = "compressing"
ONE = "the page of one idle database, all of it"
LIMITS = {LOCKED: 0.025, BUILT: 1.3, RENDERED: 1.1, COMPRESSED: 0.15, ONE: 0.008}
"""Seconds of processor time, for 1,000 databases."""
ROUNDS = 15


class TimedLock:
    """A lock that measures how long the last holder has computed while it had it."""

    def __init__(self):
        self._lock = threading.Lock()
        self.seconds = 0.0

    def __enter__(self):
        self._lock.acquire()
        self._begin = time.thread_time()

    def __exit__(self, *_error):
        self.seconds = time.thread_time() - self._begin
        self._lock.release()


@contextlib.contextmanager
def collector_of(tenant, count, **options):
    """Give a collector of so many databases, after its first page."""
    folder = Path(tempfile.mkdtemp(prefix="reliability-bench-", dir=SHARED))
    collector = Collector(folder)
    try:
        collector.cycle()
        _fleet.add(collector, tenant, count, **options)
        collector.page()
        yield collector
    finally:
        collector.close()
        shutil.rmtree(folder)


def actions(collector):
    """Return what is measured: name → function of a `Sample`."""
    collector._lock = lock = TimedLock()

    def page():
        for number in range(_fleet.BUSY):
            collector._totals.add(_fleet.busy_events(_fleet.name(number)))
        return collector.page()

    def locked(sample):
        page()
        sample.cost = lock.seconds

    def timed(work, prepare):
        def side(sample):
            prepared = prepare()
            with sample.timed(time.thread_time):
                work(prepared)

        return side

    def built(sample):
        for number in range(_fleet.BUSY):
            collector._totals.add(_fleet.busy_events(_fleet.name(number)))
        with sample.timed(time.thread_time):
            collector.page()

    def one(sample):
        with sample.timed(time.thread_time):
            compressed(rendered(collector.page(_fleet.name(_fleet.BUSY))))

    return {
        LOCKED: locked,
        BUILT: built,
        RENDERED: timed(rendered, page),
        COMPRESSED: timed(compressed, lambda: rendered(page())),
        ONE: one,
    }


def rendered(page):
    return render(page, generate_latest)


def compressed(body):
    return gzip.compress(body, 1)


def size(collector, db=""):
    """Return the cells of a page's size."""
    body = rendered(collector.page(db))
    lines = [line for line in body.split(b"\n") if line and line[:1] != b"#"]
    cells = len(body) / 1e6, len(compressed(body)) / 1e3
    return [f"{len(lines):,}", f"{cells[0]:,.2f} MB", f"{cells[1]:,.0f} kB"]


def main():
    tenant, sizes = _fleet.Tenant(), []
    for count in SIZES:
        with collector_of(tenant, count) as collector:
            sizes.append([f"{count:,} databases", *size(collector)])
            if count == SIZES[0]:
                for what, number in (("busy", 0), ("idle", _fleet.BUSY)):
                    found = size(collector, _fleet.name(number))
                    sizes.append([f"one {what} database", *found])
            if count == SIZES[-1]:
                sides = {
                    name: paired.Sides(action)
                    for name, action in actions(collector).items()
                }
                runs = paired.run(sides, ROUNDS)
    with collector_of(tenant, SIZES[-1], every=True) as collector:
        about = "1,000 databases, if all scheduled actions were active"
        sizes.append([about, *size(collector)])
    rows = [
        tables.row(name, found, paired.Runs.values, "ms", LIMITS[name])
        for name, found in runs.items()
    ]
    tables.print_rows(("a page of 1,000 databases", "processor time (95 %)"), rows)
    print()
    tables.print_table(("page", "samples", "size", "compressed"), sizes)


if __name__ == "__main__":
    main()
