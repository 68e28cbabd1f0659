"""A scrape of ours beside one of prometheus_client's multiprocess collector.

Both sides run in one process, in turn, so that a noisy machine is noisy for both.
Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import shutil
import statistics
import time
from functools import partial

from _peer import PEER_FOLDER, cleaned_up, labels, peer_histogram, record
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from telemetry.collector import Collector
from telemetry.events import OUTCOMES
from telemetry.recorder import Recorder
from telemetry.rendering import render

ROUNDS = {8: 7, 64: 3}  # workers → pairs of scrapes
SAMPLES_OF_A_LABEL_SET = 22 * len(OUTCOMES)
LABEL_SETS = (13, 65)  # 2,002 and 10,010 samples


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
    """Return seconds per scrape, by side, and the bytes of both sides' files.

    Ours is scraped where nothing, a tenth, and all of it has changed since the last
    time; theirs always reads all of it.
    """
    for place in (folder, PEER_FOLDER):
        shutil.rmtree(place)
        place.mkdir(mode=0o700)
    in_workers(workers, partial(fill_peer, label_sets))
    in_workers(workers, partial(fill_ours, folder, label_sets))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(PEER_FOLDER))
    collector, recorder = Collector(folder), Recorder(folder)

    def scrape():
        collector.cycle()
        return render(collector.page(), generate_latest)

    def scrape_changed(share):
        for number in range(round(label_sets * share)):
            for outcome in OUTCOMES:
                record(recorder, number, outcome)
        return seconds(scrape)

    times = {"theirs": [], "first": [seconds(scrape)], 0: [], 0.1: [], 1: []}
    for _round in range(ROUNDS[workers]):
        times["theirs"].append(seconds(partial(generate_latest, registry)))
        for share in (0, 0.1, 1):
            times[share].append(scrape_changed(share))
    sizes = [
        sum(path.stat().st_size for path in place.iterdir()) / 1e6
        for place in (folder, PEER_FOLDER)
    ]
    collector.close()
    recorder.close()
    return times, sizes


def seconds(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def cell(times, share):
    """Return milliseconds and the ratio to theirs, each of pairs."""
    pairs = zip(times[share], times["theirs"], strict=True)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    return f"{statistics.median(times[share]) * 1e3:.1f} ms, {ratio:.1%}"


def main():
    print(
        "| workers × samples | theirs | ours, nothing changed | a tenth changed"
        " | all changed | our first | files, theirs and ours |"
    )
    print("|---|---|---|---|---|---|---|")
    with cleaned_up() as folder:
        for workers in ROUNDS:
            for label_sets in LABEL_SETS:
                times, (ours, theirs) = compare(folder, workers, label_sets)
                cells = [
                    f"{workers} × {label_sets * SAMPLES_OF_A_LABEL_SET:,}",
                    f"{statistics.median(times['theirs']) * 1e3:.0f} ms",
                    *(cell(times, share) for share in (0, 0.1, 1)),
                    f"{times['first'][0] * 1e3:.0f} ms",
                    f"{theirs:.0f} and {ours:.0f} MB",
                ]
                print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
