"""What measuring costs: both sides in turn, so that the machine's noise is in both."""

import statistics

from odoo.addons.reliability.runtime.recording import recorder

ROUNDS = 30


def print_cost(measured, plain):
    """Print what measuring costs, as a table in Markdown.

    :param measured, plain: return the microseconds of one call
    """
    measured()  # it leases a slot, and fills caches
    before = recorder()._slot.drops()
    pairs = [(measured(), plain()) for _round in range(ROUNDS)]
    assert recorder()._slot.drops() == before, "not all was recorded"
    with_us, without = map(statistics.median, zip(*pairs, strict=True))
    cost = statistics.median(a - b for a, b in pairs)
    print("| measured | as it is | cost of measuring |")
    print("|---|---|---|")
    print(f"| {with_us:.1f} µs | {without:.1f} µs | {cost:.1f} µs |")
