"""What has no other side: its time beside a goal, its processor time within a limit.

Both are medians of runs in turn; processor time hardly depends on what else the machine
does, so it is what is judged.
"""

import time
from pathlib import Path

from setup import paired, tables

ROUNDS = 15
HEADS = ("time (95 %)", "processor time (95 %)")


def processor(cr):
    """Return a clock: seconds that Python and a cursor's PostgreSQL have computed."""
    of_postgres = Path(f"/proc/{cr._cnx.info.backend_pid}/schedstat")
    return lambda: time.thread_time() + int(of_postgres.read_text().split()[0]) / 1e9


def print_actions(what, actions, limits, goals, more=None):
    """Run actions in turn and print a table in Markdown.

    :param what: the head of their column
    :param actions: name → function of a `Sample`
    :param limits: name → seconds of the clock that the action may take
    :param goals: name → seconds that it should take
    :param more: heads and a function of a name and `Runs` that returns their cells
    """
    sides = {name: paired.Sides(action) for name, action in actions.items()}
    found = paired.run(sides, ROUNDS)
    heads, cells = more or ((), lambda _name, _runs: [])
    rows = [
        [name, *cells(name, runs), *_aggregate(runs, limits[name], goals.get(name))]
        for name, runs in found.items()
    ]
    tables.print_judged((what, *heads, *HEADS), rows)


def _aggregate(runs, limit, goal):
    times, costs = runs.values("seconds"), runs.values()
    shown = (tables.shown(values, "ms") for values in (times, costs))
    aimed = tables.aimed(times, goal, "ms", idle=True)
    return [*shown, aimed, *tables.judged(costs, runs.control(), limit, "ms")]
