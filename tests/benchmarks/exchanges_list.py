"""How long screens of the ledger take with five million attempts.

Prints a table in Markdown, and how PostgreSQL finds the rows of the list; ``make
bench`` saves both in ``docs/benchmarks.md``.
"""

import os
import statistics
import time

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

FILL = f"""
    INSERT INTO reliability_integration (
        code, name, kind, active, discovered, sequence, threshold, records_calls,
        keeps_excerpts, daily_quota, most_tries, silence_hours, failing_limit)
    SELECT 'carrier_' || n, 'Carrier ' || n, 'carrier', true, false, n, 2, false, false,
           0, 5, 0, 0.1 FROM generate_series(1, 20) AS n;
    INSERT INTO reliability_exchange (
        integration_id, operation, direction, identity, res_model, res_id, res_name,
        company_id, warehouse, again, retry_method, state, counted, attempt_count,
        orphan_count, started, ended, seconds, first_error)
    SELECT (SELECT min(id) FROM reliability_integration WHERE code LIKE 'carrier%')
               + n % 20,
           (ARRAY['label', 'rate', 'tracking', 'cancel'])[1 + n % 4], 'out',
           'record stock.picking ' || n, 'stock.picking', n,
           'WH/OUT/' || lpad(n::text, 7, '0'), 1, 'WH', 'more', '',
           CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 333 = 0 THEN 'unknown'
                ELSE 'succeeded' END,
           'succeeded', 1, (n % 1000 = 0)::integer, moment, moment, 0.5,
           CASE WHEN n % 50 = 0 THEN 'The carrier does not answer.' END
      FROM generate_series(1, {EXCHANGES}) AS n,
           LATERAL (SELECT now() AT TIME ZONE 'UTC'
                           - ({EXCHANGES} - n) * interval '2 s' AS moment) AS at;
    INSERT INTO reliability_attempt (
        uid, exchange_id, started, ended, seconds, outcome, presumed, retried, status,
        calls, external, fate, error, message)
    SELECT md5(n::text), first + n % {EXCHANGES},
           now() AT TIME ZONE 'UTC' - ({ATTEMPTS} - n) * interval '1.6 s',
           now() AT TIME ZONE 'UTC' - ({ATTEMPTS} - n) * interval '1.6 s', 0.5,
           CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'succeeded' END,
           false, false, 200, 1, 0.4, 'kept', '', ''
      FROM generate_series(1, {ATTEMPTS}) AS n,
           (SELECT min(id) AS first FROM reliability_exchange) AS of;
    INSERT INTO reliability_reference (
        exchange_id, attempt_id, name, kind, state, created)
    SELECT exchange_id, id, 'T' || id, 'tracking', 'kept', started
      FROM reliability_attempt;
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
     WHERE indrelid IN ('reliability_exchange'::regclass,
                        'reliability_attempt'::regclass,
                        'reliability_reference'::regclass) AND NOT indisprimary
"""


def fill(cr):
    """Fill the ledger; indexes are built afterwards, which is faster."""
    cr.execute(INDEXES)
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cr.execute(FILL)
    for _name, definition in indexes:
        cr.execute(definition)
    cr.commit()
    cr._cnx.autocommit = True
    for table in ("exchange", "attempt", "reference"):
        cr.execute(f"VACUUM ANALYZE reliability_{table}")
    cr._cnx.autocommit = False


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
        fill(cr)
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
