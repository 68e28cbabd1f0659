"""Tables in Markdown with the results of benchmarks; each row ends with a verdict."""

from . import intervals
from .paired import Runs, crowding

CROWDED = 0.05
"""Share of waiting for a processor above which elapsed times are not comparable."""
BUSY = f"{intervals.UNDECIDED}: the machine is busy"

HEADS = ("goal", "pairs", "control (99.9 %)", "limit", "verdict")
_UNITS = {"ratio": 1, "s": 1, "ms": 1e3, "µs": 1e6, "queries": 1}


def row(name, runs, compared, unit, limit, goal=None, measure="cost", elapsed=False):
    """Return the cells of a comparison; the last ones belong below `HEADS`.

    :param compared: `Runs.ratios`, `Runs.differences` or `Runs.values`
    :param unit: of the medians of both sides, and of differences
    :param measure: ``cost`` or ``seconds`` of samples
    :param elapsed: whether the measure is elapsed time, which is longer on a busy
        machine
    """
    values = compared(runs, measure)
    medians = runs.medians(measure) if runs.theirs else []
    unit_of_values = "ratio" if compared is Runs.ratios else unit
    return [
        name,
        *(amount(median, unit) for median in medians),
        interval_text(values, unit_of_values),
        goal_text(values, goal, unit_of_values, elapsed),
        *verdict_cells(values, runs.control(measure), limit, unit_of_values, elapsed),
    ]


def verdict_cells(values, control, limit, unit, elapsed=False):
    """Return the cells below `HEADS`, without the goal."""
    control_text = interval_text(control, "ratio", intervals.CONTROL_CONFIDENCE)
    verdict = intervals.verdict(values, limit, control)
    if verdict == intervals.WORSE and elapsed and crowding() > CROWDED:
        verdict = BUSY
    return [len(values), control_text, amount(limit, unit), verdict]


def goal_text(values, goal, unit, elapsed=False):
    """Return a goal, and whether it is met, as text."""
    if goal is None:
        return ""
    missed = intervals.position(values, goal)
    words = {True: "missed", False: "met", None: intervals.UNDECIDED}
    busy = missed and elapsed and crowding() > CROWDED
    return f"{amount(goal, unit)}: {BUSY if busy else words[missed]}"


def interval_text(values, unit, confidence=intervals.CONFIDENCE):
    """Return a median and its interval as text."""
    low, median, high = (
        _number(bound, unit) for bound in intervals.interval(values, confidence)
    )
    return f"{median}{_name(unit)} ({low} to {high})"


def amount(value, unit):
    """Return a number with its unit as text."""
    return _number(value, unit) + _name(unit)


def print_rows(heads, rows):
    """Print a table of rows made by `row`.

    :param heads: of the cells that are not below `HEADS`
    """
    print_table((*heads, *HEADS), rows)


def print_table(heads, rows):
    """Print a table in Markdown."""
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for cells in rows:
        print(f"| {' | '.join(map(str, cells))} |")


def verdicts(table):
    """Return the verdicts in a printed table: first cell of a row → verdict."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    return {
        cells[0]: cells[-1]
        for cells in rows
        if cells[-1].startswith(intervals.VERDICTS)
    }


def _number(value, unit):
    scaled = value * _UNITS[unit]
    if unit == "ratio":
        return f"{scaled:.3f}"
    if unit == "queries":
        return f"{scaled:g}"
    size = abs(scaled)
    return f"{scaled:.{0 if size >= 100 else 1 if size >= 10 else 2}f}"


def _name(unit):
    return "" if unit == "ratio" else f" {unit}"
