"""What is recorded of the business: calls, alerts, documents of the ledger, gauges."""

import json

from evaluating import evaluate
from metrics import wait_for_cycles

from setup import postgres

_CALLS = """
    SELECT coalesce(json_object_agg(labels, calls), '{}') FROM (
        SELECT concat_ws(' ', operation, company, warehouse, outcome) AS labels,
               sum(count) AS calls
          FROM reliability_rollup_minute AS rollup
          JOIN reliability_series AS series ON series.id = rollup.series_id
         WHERE family = 'operation' GROUP BY 1) AS called
"""
_ALERTS = """
    SELECT coalesce(json_agg(named ORDER BY named), '[]') FROM (
        SELECT concat_ws(' ', provider, cause, service.code, company_id, warehouse,
                         subject) AS named
          FROM reliability_alert_evidence AS evidence
          LEFT JOIN reliability_service AS service ON service.id = service_id
         WHERE is_present AND company_id IS NOT NULL
           AND service.code <> 'synthetic_checks') AS alert
"""
"""Those of a company: the scheduled actions of the server stand still."""
_ROWS = (
    *("exchange", "attempt", "reference", "exchange_total", "edi_document"),
    *("job_attempt", "cutoff", "lock_wait"),
)
_GAUGES = """
    SELECT table_name FROM information_schema.columns
     WHERE table_name LIKE 'reliability\\_gauge\\_%' AND column_name = 'company'
       AND table_name !~ '(_seconds|_late)$|_slo_'
"""
"""Those of a company whose numbers do not depend on the time."""
_OF_GAUGE = """
    SELECT coalesce(json_agg(gauge::text ORDER BY gauge::text), '[]')
      FROM {} AS gauge
     WHERE company <> '' AND to_jsonb(gauge) ->> 'service'
           IS DISTINCT FROM 'synthetic_checks'
"""


def read(server, admin):
    """Evaluate all services, and return what is recorded of the business."""
    wait_for_cycles(server)
    evaluate(admin)
    database = server.database
    gauges = postgres.psql(_GAUGES, database).split()
    of_gauges = {gauge: _OF_GAUGE.format(gauge) for gauge in gauges}
    rows = {f"{table}s": f"SELECT count(*) FROM reliability_{table}" for table in _ROWS}
    queries = {"calls": _CALLS, "alerts": _ALERTS, **rows, **of_gauges}
    return {
        what: json.loads(postgres.psql(query, database))
        for what, query in queries.items()
    }
