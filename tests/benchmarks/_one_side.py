"""Benchmarks of a single side: elapsed time with a goal, processor time with a limit.

Both are medians of runs in turn.  The limit is one of processor time, which hardly
depends on what else the machine does.
"""

import time
from pathlib import Path

from setup import paired, tables

ROUNDS = 15
HEADS = ("time (95 %)", "processor time (95 %)")


def processor(cr):
    """Return a clock of processor time: Python's and that of a cursor's backend."""
    backend = Path(f"/proc/{cr._cnx.info.backend_pid}/schedstat")
    return lambda: time.thread_time() + int(backend.read_text().split()[0]) / 1e9


def print_actions(what, actions, limits, goals, more=None):
    """Run actions in turn and print a table in Markdown.

    :param what: the head of the column of names
    :param actions: name → function of a `Sample`
    :param limits: name → seconds of the clock that the action may take
    :param goals: name → elapsed seconds that the action should take
    :param more: heads, and a function of a name and `Runs` that returns their cells
    """
    sides = {name: paired.Sides(action) for name, action in actions.items()}
    found = paired.run(sides, ROUNDS)
    heads, cells = more or ((), lambda _name, _runs: [])
    rows = [
        [name, *cells(name, runs), *_cells(runs, limits[name], goals.get(name))]
        for name, runs in found.items()
    ]
    tables.print_rows((what, *heads, *HEADS), rows)


def _cells(runs, limit, goal):
    times, costs = runs.values("seconds"), runs.values()
    return [
        tables.interval_text(times, "ms"),
        tables.interval_text(costs, "ms"),
        tables.goal_text(times, goal, "ms", elapsed=True),
        *tables.verdict_cells(costs, runs.control(), limit, "ms"),
    ]
