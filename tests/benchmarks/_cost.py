"""What measuring costs: both sides in turn, so that the machine's noise is in both."""

import statistics

from odoo.addons.reliability.runtime.recording import recorder

ROUNDS = 30


def print_costs(sides):
    """Print what measuring costs, as a table in Markdown.

    :param sides: what is measured → two functions that return the microseconds of one
        call, measured and as it is
    """
    for measured, _plain in sides.values():
        measured()  # it leases a slot, and fills caches
    before = recorder()._slot.drops()
    pairs = {what: [] for what in sides}
    for _round in range(ROUNDS):
        for what, (measured, plain) in sides.items():
            pairs[what].append((measured(), plain()))
    assert recorder()._slot.drops() == before, "not all was recorded"
    print("| each of | measured | as it is | cost of measuring |")
    print("|---|---|---|---|")
    for what, of_it in pairs.items():
        with_us, without = map(statistics.median, zip(*of_it, strict=True))
        cost = statistics.median(a - b for a, b in of_it)
        print(f"| {what} | {with_us:.1f} µs | {without:.1f} µs | {cost:.1f} µs |")
