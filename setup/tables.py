"""Tables in Markdown of what benchmarks have compared, each row with its verdict."""

from . import intervals
from .paired import Runs, crowding

CROWDED = 0.05
"""Share of waiting for a processor above which a machine is too busy to judge time."""
BUSY = f"{intervals.CANNOT_TELL}: the machine is busy"

HEADS = ("goal", "pairs", "control (99.9 %)", "limit", "verdict")
_UNITS = {"ratio": 1, "s": 1, "ms": 1e3, "µs": 1e6, "queries": 1}


def row(name, runs, by, unit, limit, goal=None, of="cost", idle=False):
    """Return the cells of a comparison, the last of them below `HEADS`.

    :param by: what is judged: `Runs.ratios`, `Runs.differences` or `Runs.values`
    :param unit: of the medians of both sides, and of differences
    :param idle: whether it is time that passes, which a busy machine makes longer
    """
    values = by(runs, of)
    medians = runs.medians(of) if runs.theirs else []
    unit_of_values = "ratio" if by is Runs.ratios else unit
    return [
        name,
        *(amount(median, unit) for median in medians),
        shown(values, unit_of_values),
        aimed(values, goal, unit_of_values, idle),
        *judged(values, runs.control(of), limit, unit_of_values, idle),
    ]


def judged(values, control, limit, unit, idle=False):
    """Return the cells below `HEADS`, without the goal."""
    shown_control = shown(control, "ratio", intervals.CONTROL_CONFIDENCE)
    judgement = intervals.verdict(values, limit, control)
    if judgement == intervals.WORSE and idle and crowding() > CROWDED:
        judgement = BUSY
    return [len(values), shown_control, amount(limit, unit), judgement]


def aimed(values, goal, unit, idle=False):
    """Return a goal as text, and whether the interval says that it is met."""
    if goal is None:
        return ""
    missed = intervals.position(values, goal)
    words = {True: "missed", False: "met", None: intervals.CANNOT_TELL}
    busy = missed and idle and crowding() > CROWDED
    return f"{amount(goal, unit)}: {BUSY if busy else words[missed]}"


def shown(values, unit, confidence=intervals.CONFIDENCE):
    """Return a median and its interval as text."""
    low, median, high = (
        _number(bound, unit) for bound in intervals.interval(values, confidence)
    )
    return f"{median}{_name(unit)} ({low} to {high})"


def amount(value, unit):
    """Return one figure as text."""
    return _number(value, unit) + _name(unit)


def print_judged(heads, rows):
    """Print rows that `row` has made.

    :param heads: of the cells that are not below `HEADS`
    """
    print_table((*heads, *HEADS), rows)


def print_table(heads, rows):
    """Print Markdown."""
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for cells in rows:
        print(f"| {' | '.join(map(str, cells))} |")


def verdicts(table):
    """Return the verdicts that a printed table ends its rows with: what → verdict."""
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
