"""The collector's cost on a busy host: a thousand events a second.

Eight processes record at that rate with the real recorder; the collector is the real
program, which saves, delivers to a real database and is scraped as by Prometheus.
Compared is its processor time in windows as long as its interval of deliveries.  Prints
a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import random
import signal
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from _program import collector_program
from _shared import SHARED
from reliability.telemetry.events import Event, Series
from reliability.telemetry.slots.recorder import Recorder

from setup import bench, paired, postgres, tables

WRITERS, EVENTS_A_SECOND = 8, 1000
WINDOWS, SECONDS, SECONDS_TO_WARM_UP = paired.FEWEST, 10, 15
LIMIT, GOAL = 0.040, 0.020
"""Seconds of processor time, of each second."""
HEADS = ("processor time", "median of windows (95 %)")
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
        Series(
            "http", bench.DATABASE, (f"/route/{n}", "POST", "200", "", "platform"), 2.0
        )
        for n in range(40)
    ]
    return calls, requests


def write(folder, seed):
    """Record events at an eighth of the rate, half of them requests, until killed.

    Some series get many more events than others, as in production.
    """
    chance = random.Random(seed)
    recorder = Recorder(folder)
    kinds = operations()
    weights = [[1 / rank for rank in range(1, len(kind) + 1)] for kind in kinds]
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


def share(program, process):
    """Return the collector's share of processor time in a window with one scrape."""
    started, before = time.monotonic(), sum(process.cpu_times()[:2])
    program.scrape()
    time.sleep(SECONDS)
    return (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - started)


def main():
    with tempfile.TemporaryDirectory(prefix="reliability-bench-", dir=SHARED) as name:
        folder = Path(name)
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
                started, events = time.monotonic(), program.events()
                shares = [share(program, process) for _window in range(WINDOWS)]
                rate = (program.events() - events) / (time.monotonic() - started)
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
    runs = paired.split_in_halves(shares)
    row = tables.row("of each second", runs, paired.Runs.values, "ms", LIMIT, GOAL)
    tables.print_rows(HEADS, [row])
    each = statistics.mean(shares) / rate
    print("\n| | |\n|---|---|")
    print(f"| events read, saved and delivered | {rate:.0f} a second |")
    print(f"| processor time of each event | {tables.amount(each, 'µs')} |")
    print(f"| its private memory | {memory / 1e6:.0f} MB |")
    assert delivered, "nothing was delivered to the database"
    assert not dropped, f"not all was counted: {dropped}"


if __name__ == "__main__":
    main()
