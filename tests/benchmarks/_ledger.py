"""Fills a ledger: twenty carriers, an exchange every two seconds until now, some
failed."""

_FILL = """
    INSERT INTO reliability_integration (
        code, name, kind, active, discovered, sequence, threshold, records_requests,
        daily_quota, max_attempts, silence_hours, failing_threshold)
    SELECT 'probe_' || n, 'Carrier ' || n, 'carrier', true, false, n, 2, false, 0,
           5, 0, 0.1 FROM generate_series(1, 20) AS n;
    INSERT INTO reliability_exchange (
        integration_id, operation, direction, identity, res_model, res_id, res_name,
        company_id, warehouse, repeatable, retry_method, state, counted_state,
        attempt_count, orphan_count, started, ended, seconds, first_error)
    SELECT (SELECT min(id) FROM reliability_integration WHERE code LIKE 'probe_%')
               + n % 20,
           (ARRAY['label', 'rate', 'tracking', 'cancel'])[1 + n % 4], 'out',
           'record stock.picking ' || n, 'stock.picking', n,
           'WH/OUT/' || lpad(n::text, 7, '0'), 1, 'WH', 'unsafe', '',
           CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 333 = 0 THEN 'unknown'
                ELSE 'succeeded' END,
           'succeeded', 1, (n % 1000 = 0)::integer, moment, moment, 0.5,
           CASE WHEN n % 50 = 0 THEN 'The carrier does not answer.' END
      FROM generate_series(1, {exchanges}) AS n,
           LATERAL (SELECT now() AT TIME ZONE 'UTC'
                           - ({exchanges} - n) * interval '2 s' AS moment) AS at;
    INSERT INTO reliability_attempt (
        uid, exchange_id, started, ended, seconds, outcome, presumed, retried, status,
        calls, external_seconds, transaction_state, error_class, error_message)
    SELECT md5(n::text), first + n % {exchanges},
           now() AT TIME ZONE 'UTC' - ({attempts} - n) * interval '1.6 s',
           now() AT TIME ZONE 'UTC' - ({attempts} - n) * interval '1.6 s', 0.5,
           CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'succeeded' END,
           false, false, 200, 1, 0.4, 'committed', '', ''
      FROM generate_series(1, {attempts}) AS n,
           (SELECT min(id) AS first FROM reliability_exchange) AS exchange;
    INSERT INTO reliability_reference (
        exchange_id, attempt_id, name, kind, state, created)
    SELECT exchange_id, id, 'T' || id, 'tracking', 'committed', started
      FROM reliability_attempt;
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
     WHERE indrelid IN ('reliability_exchange'::regclass,
                        'reliability_attempt'::regclass,
                        'reliability_reference'::regclass) AND NOT indisprimary
"""


def fill(cr, exchanges, attempts):
    """Fill the ledger, and build its indexes afterwards, which is faster."""
    cr.execute(_INDEXES)
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cr.execute(_FILL.format(exchanges=exchanges, attempts=attempts))
    for _name, definition in indexes:
        cr.execute(definition)
    cr.commit()
    cr._cnx.autocommit = True
    for table in ("exchange", "attempt", "reference"):
        cr.execute(f"VACUUM ANALYZE reliability_{table}")
    cr._cnx.autocommit = False
