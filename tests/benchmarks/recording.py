"""Our recorder compared with prometheus_client's multiprocess files.

Both sides run in one process, in turn; compared is their processor time.  Prints a
table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import time

from _peer import NAMES, cleaned_up, labels, peer_histogram, record
from prometheus_client import CollectorRegistry, Counter
from reliability.telemetry.slots.recorder import Recorder

from setup import paired, tables

ROUNDS, CALLS = 60, 1000
THRESHOLDS = {"theirs without costs": 1.46, "theirs with four counters": 0.425}
"""Ratios of processor time."""
HEADS = ("one call", "ours", "prometheus_client, multiprocess", "ratio (95 %)")


def peer_costs():
    """Return counters for the costs that one of our events also holds."""
    registry = CollectorRegistry()
    costs = ("sql_seconds", "cpu_seconds", "queries", "records")
    return [Counter(cost, "Cost.", NAMES[:-1], registry=registry) for cost in costs]


def calling(action):
    """Return a side that times calls of an action."""

    def side(sample):
        with sample.timed(time.thread_time, CALLS):
            for _call in range(CALLS):
                action()

    return side


def compare_calls(folder):
    """Return `Runs` of our calls and theirs, without costs and with them."""
    recorder, histogram, costs = Recorder(folder), peer_histogram(), peer_costs()
    values = labels(0)

    def observe():
        histogram.labels(*values, "success").observe(0.2)

    def observe_with_costs():
        observe()
        for cost in costs:
            cost.labels(*values).inc(1.0)

    ours = calling(lambda: record(recorder, 0))
    theirs = calling(observe), calling(observe_with_costs)
    sides = [paired.Sides(ours, side) for side in theirs]
    try:
        return paired.run(dict(zip(THRESHOLDS, sides, strict=True)), ROUNDS)
    finally:
        recorder.close()


def main():
    with cleaned_up() as folder:
        found = compare_calls(folder)
    rows = [
        tables.row(what, runs, paired.Runs.ratios, "µs", THRESHOLDS[what])
        for what, runs in found.items()
    ]
    tables.print_rows(HEADS, rows)


if __name__ == "__main__":
    main()
