"""Our recorder beside prometheus_client's multiprocess files.

Both sides run in one process, in turn, so that a noisy machine is noisy for both.
Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

SHARED = "/dev/shm" if os.path.isdir("/dev/shm") else None
PEER_FOLDER = Path(tempfile.mkdtemp(prefix="reliability-bench-peer-", dir=SHARED))
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(PEER_FOLDER)
sys.path.insert(0, str(Path(__file__).parents[2] / "addons" / "reliability"))

from prometheus_client import (  # noqa: E402
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from telemetry.collector import Collector  # noqa: E402
from telemetry.events import OUTCOMES, Event, Series  # noqa: E402
from telemetry.histogram import CLASSIC_BOUNDS  # noqa: E402
from telemetry.recorder import Recorder  # noqa: E402

ROUNDS, CALLS = 30, 2000
WORKERS = (8, 64)
LABEL_SETS = 65  # × 7 outcomes × 22 samples = 10,010 samples
NAMES = ("db", "service", "operation", "company", "warehouse", "outcome")


def peer_histogram():
    registry = CollectorRegistry()
    return Histogram(
        "calls", "Calls.", NAMES, registry=registry, buckets=CLASSIC_BOUNDS
    )


def peer_costs():
    """Return counters for what one event of ours also holds."""
    registry = CollectorRegistry()
    costs = ("sql_seconds", "cpu_seconds", "queries", "records")
    return [Counter(cost, "Cost.", NAMES[:-1], registry=registry) for cost in costs]


def labels(number):
    return ("db", "sales", f"operation {number}", "1", "WH")


def record(recorder, number, outcome="success"):
    db, *others = labels(number)
    ticket = recorder.begin(Series("operation", db, tuple(others), 3.0))
    recorder.returned(ticket)
    recorder.committing(ticket)
    event = Event(ticket.series, outcome, time.time(), 0.2, call=ticket.call)
    recorder.finish(ticket, event)


def microseconds(action):
    started = time.perf_counter()
    for _call in range(CALLS):
        action()
    return (time.perf_counter() - started) / CALLS * 1e6


def compare_calls(folder):
    """Return microseconds per call: ours, their histogram, the same with costs."""
    recorder, histogram, costs = Recorder(folder), peer_histogram(), peer_costs()
    values = labels(0)

    def observe():
        histogram.labels(*values, "success").observe(0.2)

    def observe_with_costs():
        observe()
        for cost in costs:
            cost.labels(*values).inc(1.0)

    ours, theirs, theirs_with_costs = [], [], []
    for _round in range(ROUNDS):
        ours.append(microseconds(lambda: record(recorder, 0)))
        theirs.append(microseconds(observe))
        theirs_with_costs.append(microseconds(observe_with_costs))
    recorder.close()
    return ours, theirs, theirs_with_costs


def in_workers(count, work):
    """Run ``work`` in so many processes that are alive at the same time."""
    ready, done = os.pipe(), os.pipe()
    pids = []
    for _worker in range(count):
        pid = os.fork()
        if not pid:
            work()
            os.write(ready[1], b".")
            os.read(done[0], 1)
            os._exit(0)
        pids.append(pid)
    for _worker in range(count):
        os.read(ready[0], 1)
    os.write(done[1], b"." * count)
    for pid in pids:
        os.waitpid(pid, 0)


def fill_peer():
    histogram = peer_histogram()
    for number in range(LABEL_SETS):
        for outcome in OUTCOMES:
            histogram.labels(*labels(number), outcome).observe(0.2)


def fill_ours(folder):
    recorder = Recorder(folder)
    for number in range(LABEL_SETS):
        for outcome in OUTCOMES:
            record(recorder, number, outcome)


def compare_scrapes(workers):
    """Return seconds per warm scrape of both, of our first, and both folders' files."""
    folder = Path(tempfile.mkdtemp(prefix="reliability-bench-", dir=SHARED))
    for path in PEER_FOLDER.iterdir():
        path.unlink()
    in_workers(workers, fill_peer)
    in_workers(workers, lambda: fill_ours(folder))
    collector = Collector(folder)
    our_registry, their_registry = CollectorRegistry(), CollectorRegistry()
    our_registry.register(collector)
    MultiProcessCollector(their_registry, str(PEER_FOLDER))

    def our_scrape():
        collector.cycle()
        return generate_latest(our_registry)

    first = seconds(our_scrape)
    ours, theirs = [], []
    for _round in range(5):
        theirs.append(seconds(lambda: generate_latest(their_registry)))
        ours.append(seconds(our_scrape))
    sizes = [
        sum(path.stat().st_size for path in place.iterdir()) / 1e6
        for place in (folder, PEER_FOLDER)
    ]
    collector.close()
    shutil.rmtree(folder)
    return ours, theirs, first, sizes


def seconds(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def row(what, ours, theirs, unit, digits):
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    cells = [f"{statistics.median(side):.{digits}f} {unit}" for side in (ours, theirs)]
    return f"| {what} | {cells[0]} | {cells[1]} | {ratio:.2f} |"


def main():
    folder = Path(tempfile.mkdtemp(prefix="reliability-bench-", dir=SHARED))
    try:
        print("| | ours | prometheus_client, multiprocess | ratio |")
        print("|---|---|---|---|")
        ours, theirs, with_costs = compare_calls(folder)
        print(row("one call; theirs without costs", ours, theirs, "µs", 1))
        print(row("one call; theirs with four counters", ours, with_costs, "µs", 1))
        for workers in WORKERS:
            ours, theirs, first, sizes = compare_scrapes(workers)
            what = f"a scrape, {workers} workers × 10,010 samples"
            print(row(what, ours, theirs, "s", 3))
            cells = " | ".join(f"{size:.0f} MB" for size in sizes)
            print(f"| its files | {cells} | {sizes[0] / sizes[1]:.2f} |")
            print(f"| the first scrape of a new collector | {first:.3f} s | | |")
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(PEER_FOLDER)


if __name__ == "__main__":
    main()
