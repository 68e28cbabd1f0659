"""The cost of measuring: measured and plain calls in turn, on the same machine."""

from odoo.addons.reliability.api import recorder

from setup import paired, tables

ROUNDS = 60
HEADS = ("of each", "measured", "plain", "cost of measuring (95 %)")


def print_costs(comparisons, limit, goal=None):
    """Print the cost of measuring, as a table in Markdown.

    :param comparisons: what is measured → `Sides`, which time one call
    :param limit: seconds that measuring a call may cost
    :param goal: seconds that measuring a call should cost
    """
    for sides in comparisons.values():
        sides.ours(paired.Sample())  # leases a slot, and fills caches
    before = recorder()._slot.drops()
    found = paired.run(comparisons, ROUNDS)
    assert recorder()._slot.drops() == before, "not all was recorded"
    rows = [
        tables.row(what, runs, paired.Runs.differences, "µs", limit, goal)
        for what, runs in found.items()
    ]
    tables.print_rows(HEADS, rows)
