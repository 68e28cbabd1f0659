"""What measuring costs: both sides in turn, so that the machine's noise is in both."""

from odoo.addons.reliability.api import recorder

from setup import paired, tables

ROUNDS = 60
HEADS = ("each of", "measured", "as it is", "cost of measuring (95 %)")


def print_costs(comparisons, limit, goal=None):
    """Print what measuring costs, as a table in Markdown.

    :param comparisons: what is measured → `Sides`, which time one call
    :param limit: seconds that measuring a call may cost
    :param goal: seconds that it should cost
    """
    for sides in comparisons.values():
        sides.ours(paired.Sample())  # it leases a slot, and fills caches
    before = recorder()._slot.drops()
    found = paired.run(comparisons, ROUNDS)
    assert recorder()._slot.drops() == before, "not all was recorded"
    rows = [
        tables.row(what, runs, paired.Runs.differences, "µs", limit, goal)
        for what, runs in found.items()
    ]
    tables.print_judged(HEADS, rows)
