"""What it costs to put an exchange on record, with fsync on.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import statistics
import time

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability_integration import exchange  # noqa: E402

ROUNDS = 300
USUAL_CALL = 0.150
"""Seconds that a carrier takes to answer."""


def main():
    registry = Registry(config["db_name"][0])
    times = {"begin": [], "end": [], "decided": [], "commit": []}
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        partner = env["res.partner"].search([], limit=1)
        for number in range(ROUNDS):
            for measured in (True, False):
                cr.execute(
                    "UPDATE res_partner SET comment = %s WHERE id = %s",
                    [number, partner.id],
                )
                started = time.perf_counter()
                if measured:
                    block = exchange(partner, "dhl", "label", key=f"{number}")
                    attempt = block.__enter__()
                    begun = time.perf_counter()
                    attempt.created(f"T{number}")
                    block.__exit__(None, None, None)
                    ended = time.perf_counter()
                    times["begin"].append(begun - started)
                    times["end"].append(ended - begun)
                before = time.perf_counter()
                cr.commit()
                took = time.perf_counter() - before
                times["decided" if measured else "commit"].append(took)
    print_table(times)


def print_table(times):
    begin, end, decided, commit = (
        statistics.median(times[name]) for name in ("begin", "end", "decided", "commit")
    )
    both = begin + end
    print("| of one attempt, with what it created | median |")
    print("|---|---|")
    print(f"| before the call | {1000 * begin:.2f} ms |")
    print(f"| after it | {1000 * end:.2f} ms |")
    print(
        f"| both | {1000 * both:.2f} ms, {both / USUAL_CALL:.1%} of a call of 150 ms |"
    )
    print(f"| after the COMMIT | {1000 * (decided - commit):.2f} ms |")


if __name__ == "__main__":
    main()
