"""The cost of recording an exchange, with fsync on.

The benchmark measures elapsed time, which includes waiting for the disk.
Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import itertools
import os
from typing import NamedTuple

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability_integration import exchange  # noqa: E402

from setup import paired, tables  # noqa: E402

ROUNDS = 150
THRESHOLDS = {
    "before the call": 0.0012,
    "after it": 0.00065,
    "both": 0.0018,
    "after the COMMIT": 0.0006,
}
GOALS = {"both": 0.0015}
"""Seconds: 1 % of a call of 150 ms."""


class Parts(NamedTuple):
    """Duration of the parts of one transaction, in seconds."""

    begin: float
    end: float
    commit: float


def main():
    registry = Registry(config["db_name"][0])
    numbers = itertools.count()
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        partner = env["res.partner"].search([], limit=1)

        def work():
            cr.execute(
                "UPDATE res_partner SET comment = %s WHERE id = %s",
                [number := next(numbers), partner.id],
            )
            return number

        def commit(sample, begin=0.0, end=0.0):
            before = sample.cost
            with sample.timed():
                cr.commit()
            return Parts(begin, end, sample.cost - before)

        def recorded(sample):
            block = exchange(partner, "dhl", "label", key=f"{work()}")
            with sample.timed():
                attempt = block.__enter__()
            begin = sample.cost
            with sample.timed():
                attempt.created(f"T{begin}")
                block.__exit__(None, None, None)
            return commit(sample, begin, sample.cost - begin)

        def plain(sample):
            work()
            return commit(sample)

        sides = paired.Sides(recorded, plain)
        print_parts(paired.run({"": sides}, ROUNDS)[""])


def print_parts(runs):
    parts = {
        "before the call": runs.with_cost(lambda parts: parts.begin),
        "after it": runs.with_cost(lambda parts: parts.end),
        "both": runs.with_cost(lambda parts: parts.begin + parts.end),
        "after the COMMIT": runs.with_cost(lambda parts: parts.commit),
    }
    rows = []
    for what, part in parts.items():
        columns = what, part, paired.Runs.differences, "ms"
        rows.append(
            tables.row(*columns, THRESHOLDS[what], goal=GOALS.get(what), idle=True)
        )
    heads = (
        "of one attempt, with what it created",
        "with one",
        "without",
        "longer by (95 %)",
    )
    tables.print_rows(heads, rows)


if __name__ == "__main__":
    main()
