"""Counting exchanges: what the ledger says of a slice, by SQL only.

An exchange belongs to the slice in which it began.  A slice is replaced by what the
ledger says now, so the order in which things become known does not matter.
"""

from odoo.addons.reliability_slo.models.counting import SLICE_DAYS, slice_of

from ..measures import DELIVERED, IN_TIME

_DUE = """
    SELECT coalesce(exchange.deadline, CASE WHEN slo.bound > 0
           THEN exchange.started + slo.bound * interval '1 s' END) AS moment
"""
"""Until when an exchange should be delivered; NULL if nobody says so."""

_IS_GOOD = f"""
    fate.is_delivered AND (slo.measure = '{DELIVERED}' OR exchange.ended <= due.moment)
"""
_OF_EXCHANGES = f"""
      FROM {{exchanges}}
      JOIN reliability_integration AS integration
        ON integration.id = exchange.integration_id
       AND CASE WHEN coalesce(slo.system, '') <> '' THEN integration.code = slo.system
                ELSE slo.service_id = coalesce(integration.service_id, (
                    SELECT id FROM reliability_service
                     WHERE code = 'integration_api')) END
      LEFT JOIN res_company AS company ON company.id = exchange.company_id
      LEFT JOIN LATERAL (
          SELECT attempt.id, attempt.outcome FROM reliability_attempt AS attempt
           WHERE attempt.exchange_id = exchange.id AND attempt.outcome <> 'rejected'
             AND exchange.state IN ('rejected', 'resolved')
           ORDER BY attempt.started DESC, attempt.id DESC LIMIT 1
      ) AS sent ON true
      CROSS JOIN LATERAL (
          SELECT exchange.state IN ('open', 'retrying') AS is_open,
                 exchange.state IN ('succeeded', 'failed', 'unknown')
                 OR exchange.state IN ('rejected', 'resolved') AND sent.id IS NOT NULL
                 AS is_closed,
                 exchange.state = 'succeeded'
                 OR exchange.state = 'resolved'
                    AND sent.outcome IN ('succeeded', 'unknown')
                    AND NOT EXISTS (
                        SELECT FROM reliability_reference AS reference
                         WHERE reference.attempt_id = sent.id
                           AND reference.state = 'cancelled')
                 AS is_delivered
      ) AS fate
      CROSS JOIN LATERAL ({_DUE}) AS due
     WHERE CASE WHEN slo.measure = '{DELIVERED}' THEN fate.is_closed
                ELSE due.moment IS NOT NULL
                     AND (fate.is_closed OR fate.is_open AND due.moment < %(now)s) END
       AND (company.id IS NULL OR company.id <> ALL(%(left_out)s))
       AND (coalesce(slo.operations, '') = ''
            OR exchange.operation
               = ANY(regexp_split_to_array(slo.operations, '\\s*,\\s*')))
"""
"""The exchanges that count, of ``exchanges`` that names ``slo`` and ``exchange``."""

_COUNTED = f"""
    SELECT slo.id AS slo_id,
           CASE WHEN slo.split <> 'none' THEN company.id END AS company_id,
           CASE WHEN slo.split = 'warehouse' THEN coalesce(exchange.warehouse, '')
                ELSE '' END AS warehouse,
           CASE WHEN slo.split = 'system' THEN integration.code ELSE '' END AS system,
           {slice_of("exchange.started")} AS start,
           count(*) FILTER (WHERE {_IS_GOOD}) AS good, count(*) AS total
      {_OF_EXCHANGES}
     GROUP BY 1, 2, 3, 4, 5
"""
"""Good and all exchanges of slices, of ``exchanges`` that names ``slo`` and
``exchange``.

What Odoo refused each time was not sent, and does not count.  What a person has
resolved was delivered if the last request was answered with a success, or not at all.
"""

# Slices that were deleted for their age must not begin again.
_IS_STORED = f"""
    {{start}} > greatest(%(since)s,
                         %(now)s::timestamp - {SLICE_DAYS} * interval '1 day')
"""

ANEW = _COUNTED.format(
    exchanges=f"""
        reliability_slo AS slo JOIN reliability_exchange AS exchange
            ON slo.id = ANY(%(slos)s) AND exchange.started > %(since)s
           AND {_IS_STORED.format(start=slice_of("exchange.started"))}
    """
)
"""All slices of objectives, as far back as the ledger is complete."""

# OFFSET 0 keeps PostgreSQL from reading the whole ledger for each slice: it uses the
# index of starts.
_OF_SLICES = """
    slice JOIN reliability_slo AS slo ON slo.id = slice.slo_id
    CROSS JOIN LATERAL (
        SELECT * FROM reliability_exchange
         WHERE started >= slice.start AND started < slice."end" OFFSET 0
    ) AS exchange
"""
RESTATED = f"""
    WITH slice AS MATERIALIZED (
        SELECT DISTINCT slo.id AS slo_id, {slice_of("minute")} AS start,
               {slice_of("minute")} + slo.slice_minutes * interval '1 minute' AS "end"
          FROM unnest(%(minutes)s::timestamp[]) AS minute
          JOIN reliability_slo AS slo
            ON slo.active AND slo.is_counted AND slo.measure = ANY(%(measures)s)
         WHERE {_IS_STORED.format(start=slice_of("minute"))}
    ), new AS ({_COUNTED.format(exchanges=_OF_SLICES)}), old AS (
        SELECT slice.slo_id, budget.company_id, budget.warehouse, budget.system,
               slice.start, stored.good, stored.total
          FROM slice
          JOIN reliability_slo_budget AS budget ON budget.slo_id = slice.slo_id
          JOIN reliability_slo_slice AS stored
            ON stored.budget_id = budget.id AND stored.start = slice.start
    )
    SELECT slo_id, company_id, warehouse, system, start, sum(good), sum(total)
      FROM (SELECT * FROM new UNION ALL
            SELECT slo_id, company_id, warehouse, system, start, -good, -total FROM old
           ) AS change
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(good) <> 0 OR sum(total) <> 0
"""
"""What slices of some minutes lack of what the ledger says, less than 0 if too much."""

OVERDUE = f"""
    SELECT DISTINCT date_trunc('minute', exchange.started)
      FROM reliability_exchange AS exchange
      JOIN (SELECT DISTINCT bound FROM reliability_slo
             WHERE active AND is_counted AND measure = '{IN_TIME}') AS slo ON true
     CROSS JOIN LATERAL ({_DUE}) AS due
     WHERE exchange.state IN ('open', 'retrying')
       AND exchange.state NOT IN ('succeeded', 'resolved')
       AND due.moment >= least(%(last)s, %(now)s)
       AND due.moment <= greatest(%(last)s, %(now)s)
"""
"""The minutes of open exchanges whose deadline has passed between two moments.  The
second condition on the state lets PostgreSQL use the index of unresolved exchanges."""

BAD = f"""
    WITH slice AS MATERIALIZED (
        SELECT budget.slo_id, slice.start, slice.is_excluded,
               slice.start + slo.slice_minutes * interval '1 minute' AS "end"
          FROM reliability_slo_slice AS slice
          JOIN reliability_slo_budget AS budget ON budget.id = slice.budget_id
          JOIN reliability_slo AS slo ON slo.id = budget.slo_id
         WHERE slice.budget_id = %(budget)s AND slice.start >= %(since)s
           AND slice.good < slice.total
    )
    SELECT exchange.id, integration.name, exchange.operation, company.id,
           coalesce(exchange.warehouse, ''), exchange.state, slice.is_excluded
      {_OF_EXCHANGES.format(exchanges=_OF_SLICES)}
       AND ({_IS_GOOD}) IS NOT TRUE
       AND (slo.split = 'none' OR company.id IS NOT DISTINCT FROM %(company)s)
       AND (slo.split <> 'warehouse'
            OR coalesce(exchange.warehouse, '') = %(warehouse)s)
       AND (slo.split <> 'system' OR integration.code = %(system)s)
"""
"""The exchanges of a budget that are bad, each with whether it is excluded.  Only the
slices that have some are read, not the whole window."""
