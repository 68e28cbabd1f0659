"""A scrape of our collector compared with prometheus_client's multiprocess collector.

Both sides run in one process, in turn; compared is their processor time.  Prints tables
in Markdown; ``make bench`` saves them in ``docs/benchmarks.md``.
"""

import operator
import os
import shutil
import time
from functools import partial

from _peer import PEER_FOLDER, cleaned_up, labels, peer_histogram, record
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from reliability.collector.collector import Collector
from reliability.telemetry.events import OUTCOMES
from reliability.telemetry.exposition.rendering import render
from reliability.telemetry.slots.recorder import Recorder

from setup import paired, tables

GOAL = 0.05
THRESHOLDS = {
    8: {"nothing changed": 0.04, "a tenth changed": 0.047, "all changed": 0.105},
    64: {"nothing changed": 0.016, "a tenth changed": 0.017, "all changed": 0.028},
}
"""Workers → ratios of processor time to theirs."""
SHARES = {"nothing changed": 0, "a tenth changed": 0.1, "all changed": 1}
HEADS = ("workers × samples", "ours", "theirs", "ratio (95 %)")
SAMPLES_OF_A_LABEL_SET = 22 * len(OUTCOMES)
LABEL_SETS = (13, 65)  # 2,002 and 10,010 samples


def in_workers(count, work):
    """Run ``work`` in so many processes, all alive at the same time."""
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


def fill_peer(label_sets):
    histogram = peer_histogram()
    for number in range(label_sets):
        for outcome in OUTCOMES:
            histogram.labels(*labels(number), outcome).observe(0.2)


def fill_ours(folder, label_sets):
    recorder = Recorder(folder)
    for number in range(label_sets):
        for outcome in OUTCOMES:
            record(recorder, number, outcome)


def compare(folder, workers, label_sets):
    """Return `Runs` of scrapes, seconds of our first one, and sizes of files in MB.

    Each run of our side scrapes three times, after nothing, a tenth and all of the
    samples have changed; their side always reads all files.
    """
    folders = folder, PEER_FOLDER
    for path in folders:
        shutil.rmtree(path)
        path.mkdir(mode=0o700)
    in_workers(workers, partial(fill_peer, label_sets))
    in_workers(workers, partial(fill_ours, folder, label_sets))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(PEER_FOLDER))
    collector, recorder = Collector(folder), Recorder(folder)

    def scrape(sample):
        before = sample.cost
        with sample.timed(time.process_time):
            collector.cycle()
            render(collector.page(), generate_latest)
        return sample.cost - before

    def ours(sample):
        found = []
        for share in SHARES.values():
            for number in range(round(label_sets * share)):
                for outcome in OUTCOMES:
                    record(recorder, number, outcome)
            found.append(scrape(sample))
        return found

    def theirs(sample):
        with sample.timed(time.process_time):
            generate_latest(registry)
        return [sample.cost] * len(SHARES)

    first = scrape(paired.Sample())
    runs = paired.run({"": paired.Sides(ours, theirs)})[""]
    sizes = [
        sum(file.stat().st_size for file in path.iterdir()) / 1e6 for path in folders
    ]
    collector.close()
    recorder.close()
    return runs, first, sizes


def rows(where, limits, runs):
    for number, what in enumerate(SHARES):
        scrapes = runs.with_cost(operator.itemgetter(number))
        about = f"{where}, {what}", scrapes, paired.Runs.ratios, "ms"
        yield tables.row(*about, limits[what], GOAL)


def main():
    table, others = [], []
    with cleaned_up() as folder:
        for workers, limits in THRESHOLDS.items():
            for label_sets in LABEL_SETS:
                where = f"{workers} × {label_sets * SAMPLES_OF_A_LABEL_SET:,}"
                runs, first, (ours, theirs) = compare(folder, workers, label_sets)
                table += rows(where, limits, runs)
                files = f"{theirs:.0f} and {ours:.0f} MB"
                others.append([where, tables.amount(first, "ms"), files])
    tables.print_rows(HEADS, table)
    print()
    tables.print_table((HEADS[0], "our first scrape", "files, theirs and ours"), others)


if __name__ == "__main__":
    main()
