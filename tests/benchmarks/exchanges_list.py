"""How long screens of the ledger take with five million attempts.

Prints a table in Markdown, and how PostgreSQL finds the rows of the list; ``make
bench`` saves both in ``docs/benchmarks.md``.
"""

import os
import statistics
import time

from _ledger import fill

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

EXCHANGES, ATTEMPTS = 4_000_000, 5_000_000
ROUNDS = 5
SPECIFICATION = {
    name: {}
    for name in (
        "started",
        "operation",
        "res_name",
        "warehouse",
        "state",
        "orphan_count",
        "attempt_count",
        "first_error",
    )
} | {"integration_id": {"fields": {"display_name": {}}}}


def screens(env):
    """Return what is measured: what it is → how it is asked for."""
    exchanges = env["reliability.exchange"]
    unsettled = [("state", "in", ("retrying", "failed", "unknown"))]

    def a_list(domain):
        return lambda: exchanges.web_search_read(
            domain, SPECIFICATION, limit=80, count_limit=10001
        )

    def integrations():
        found = env["reliability.integration"].search([])
        found.read(["name", "quarters_today", "success_today", "unsettled_count"])

    def attention():
        scope = env["reliability.situation"]._scope(0)
        env["reliability.situation"]._attention(scope)

    return {
        "the list as it opens: what is not settled": a_list(unsettled),
        "the list without a filter": a_list([]),
        "the list, one document": a_list([("res_name", "=like", "WH/OUT/123456%")]),
        "the list, one tracking number": a_list(
            [("reference_ids.name", "=like", "T123456%")]
        ),
        "the list, orphans": a_list([("orphan_count", ">", 0)]),
        "integrations, with the strip of today": integrations,
        "what the cockpit wants attention for": attention,
    }


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        fill(cr, EXCHANGES, ATTEMPTS)
    with registry.cursor() as cr:
        manager = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
        env = api.Environment(cr, manager.id, {})
        print(f"| of {ATTEMPTS:,} attempts of {EXCHANGES:,} exchanges | median |")
        print("|---|---|")
        for name, ask in screens(env).items():
            seconds = []
            for _round in range(ROUNDS):
                env.invalidate_all()
                started = time.perf_counter()
                ask()
                seconds.append(time.perf_counter() - started)
            print(f"| {name} | {1000 * statistics.median(seconds):.0f} ms |")
        explain(cr)


def explain(cr):
    """Print how PostgreSQL finds what the list shows first."""
    cr.execute(
        "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT id FROM reliability_exchange"
        " WHERE state IN ('retrying', 'failed', 'unknown') AND company_id IN (1)"
        " ORDER BY started DESC, id DESC LIMIT 80"
    )
    print("\n```text")
    for (line,) in cr.fetchall():
        print(line)
    print("```")


if __name__ == "__main__":
    main()
