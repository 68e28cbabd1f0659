"""Our recorder beside prometheus_client's multiprocess files.

Both sides run in one process, in turn, so that a noisy machine is noisy for both.
Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import statistics
import time

from _peer import NAMES, cleaned_up, labels, peer_histogram, record
from prometheus_client import CollectorRegistry, Counter
from telemetry.recorder import Recorder

ROUNDS, CALLS = 30, 2000


def peer_costs():
    """Return counters for what one event of ours also holds."""
    registry = CollectorRegistry()
    costs = ("sql_seconds", "cpu_seconds", "queries", "records")
    return [Counter(cost, "Cost.", NAMES[:-1], registry=registry) for cost in costs]


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


def row(what, ours, theirs):
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    cells = [f"{statistics.median(side):.1f} µs" for side in (ours, theirs)]
    return f"| {what} | {cells[0]} | {cells[1]} | {ratio:.2f} |"


def main():
    with cleaned_up() as folder:
        ours, theirs, with_costs = compare_calls(folder)
    print("| one call | ours | prometheus_client, multiprocess | ratio |")
    print("|---|---|---|---|")
    print(row("theirs without costs", ours, theirs))
    print(row("theirs with four counters", ours, with_costs))


if __name__ == "__main__":
    main()
