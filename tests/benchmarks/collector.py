"""What the collector of a busy host costs: a thousand events a second.

Eight processes record at that rate with the real recorder; the collector is the real
program, which saves, delivers to a real database and is scraped as by Prometheus.
Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import psutil
from _program import collector_program
from _shared import SHARED

from setup import bench, paths, postgres

sys.path.insert(0, str(paths.ADDONS / "reliability"))

from telemetry.events import Event, Series
from telemetry.recorder import Recorder

WRITERS, EVENTS_A_SECOND = 8, 1000
SECONDS, SECONDS_TO_WARM_UP = 60, 15
SECONDS_BETWEEN_SCRAPES = 15
SECONDS_UNTIL_DELIVERED = 25

OUTCOMES = {"success": 94, "rejected": 4, "retried": 1, "failed": 1}
DELIVERED = (
    "SELECT coalesce(sum(count), 0) FROM reliability_rollup_minute JOIN"
    " reliability_series AS series ON series.id = series_id WHERE service = 'bench'"
)


def operations():
    """Return the series of 12 operations in 4 warehouses, and 40 routes."""
    calls = [
        Series("operation", bench.DATABASE, ("bench", f"op {n}", "1", f"W{w}", ""), 3.0)
        for n in range(12)
        for w in range(4)
    ]
    requests = [
        Series("http", bench.DATABASE, (f"/route/{n}", "POST", "200", ""), 2.0)
        for n in range(40)
    ]
    return calls, requests


def write(folder, seed):
    """Record events at an eighth of the rate, half of them requests, until killed.

    Some series have much more to do than others, as in life.
    """
    chance = random.Random(seed)
    recorder = Recorder(folder)
    kinds = operations()
    weights = [[1 / place for place in range(1, len(kind) + 1)] for kind in kinds]
    pause = WRITERS / EVENTS_A_SECOND
    due = time.monotonic()
    while True:
        which = chance.randrange(2)
        (series,) = chance.choices(kinds[which], weights[which])
        (outcome,) = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))
        ticket = recorder.begin(series, 1, 7)
        recorder.returned(ticket)
        seconds = chance.lognormvariate(-2.5, 0.8)
        costs = (seconds / 3, 0.0, seconds / 2, 40, 1, 7)
        event = (ticket.series, outcome, time.time(), seconds, *costs)
        recorder.finish(ticket, Event(*event, call=ticket.call))
        due += pause
        time.sleep(max(0.0, due - time.monotonic()))


def processor_seconds(process):
    return sum(process.cpu_times()[:2])


def main():
    with tempfile.TemporaryDirectory(prefix="reliability-bench-", dir=SHARED) as place:
        folder = Path(place)
        writers = []
        try:
            for seed in range(WRITERS):
                pid = os.fork()
                if not pid:
                    write(folder, seed)
                writers.append(pid)
            with collector_program(folder) as program:
                time.sleep(SECONDS_TO_WARM_UP)
                process = psutil.Process(program.pid)
                events, before = program.events(), processor_seconds(process)
                started = time.monotonic()
                while time.monotonic() < started + SECONDS:
                    time.sleep(SECONDS_BETWEEN_SCRAPES)
                    program.scrape()
                burnt = processor_seconds(process) - before
                took = time.monotonic() - started
                counted = program.events() - events
                for pid in writers:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(SECONDS_UNTIL_DELIVERED)
                memory = process.memory_full_info().uss
                dropped = program.dropped()
        finally:
            for pid in writers:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
    delivered = int(postgres.psql(DELIVERED, bench.DATABASE))
    print("| | |")
    print("|---|---|")
    print(f"| events read, saved and delivered | {counted / took:.0f} a second |")
    print(f"| processor time of the collector | {burnt / took:.2%} of a core |")
    print(f"| of it for each event | {burnt / counted * 1e6:.0f} µs |")
    print(f"| its private memory | {memory / 1e6:.0f} MB |")
    assert delivered, "nothing came into the database"
    assert not dropped, f"not all was counted: {dropped}"


if __name__ == "__main__":
    main()
