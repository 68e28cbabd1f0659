"""The duration of the ledger's screens with five million attempts.

Prints a table in Markdown, and PostgreSQL's plan for the list; ``make bench`` saves
both in ``docs/benchmarks.md``.
"""

import os
from datetime import UTC, datetime

from _ledger import fill
from _one_side import print_actions, processor

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

EXCHANGES, ATTEMPTS = 4_000_000, 5_000_000
THE_LIST = "the list as it opens: unresolved exchanges"
GOALS = {THE_LIST: 0.5}
THRESHOLDS = {
    THE_LIST: 0.004,
    "the list without a filter": 0.003,
    "the list, one document": 0.002,
    "the list, one tracking number": 0.002,
    "the list, orphans": 0.004,
    "systems, with the strip of today": 0.3,
    "the alerts, at each evaluation": 0.035,
}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""
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
    """Return name of a screen → function that reads its data."""
    exchanges = env["reliability.exchange"]
    unresolved = [("state", "in", ("retrying", "failed", "unknown"))]

    def a_list(domain):
        return lambda: exchanges.web_search_read(
            domain, SPECIFICATION, limit=80, count_limit=10001
        )

    def systems():
        integrations = env["reliability.integration"].search([])
        integrations.read(
            ["name", "quarters_today", "success_today", "unresolved_count"]
        )

    def alerts():
        env["reliability.health.provider"].sudo()._alerts()

    return {
        THE_LIST: a_list(unresolved),
        "the list without a filter": a_list([]),
        "the list, one document": a_list([("res_name", "=like", "WH/OUT/123456%")]),
        "the list, one tracking number": a_list(
            [("reference_ids.name", "=like", "T123456%")]
        ),
        "the list, orphans": a_list([("orphan_count", ">", 0)]),
        "systems, with the strip of today": systems,
        "the alerts, at each evaluation": alerts,
    }


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        fill(cr, EXCHANGES, ATTEMPTS)
    with registry.cursor() as cr:
        manager = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
        env = api.Environment(cr, manager.id, {"tz": late_zone()})
        clock = processor(cr)

        def side(read):
            def once(sample):
                env.invalidate_all()
                with sample.timed(clock):
                    read()

            return once

        print_actions(
            f"of {ATTEMPTS:,} attempts of {EXCHANGES:,} exchanges",
            {name: side(read) for name, read in screens(env).items()},
            THRESHOLDS,
            GOALS,
        )
        explain(cr)


def late_zone():
    """Return a time zone in which the day is nearly over: today has most attempts.

    POSIX counts to the west.
    """
    hour = datetime.now(UTC).hour
    return f"Etc/GMT{hour + 1 if hour < 9 else hour - 23:+d}"


def explain(cr):
    """Print PostgreSQL's plan for the first page of the list."""
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
