"""Counting: events become slices, and slices sums of windows, by SQL only.

Which rollups an objective is about is in :data:`MATCHED`, and what a slice adds to sums
in :func:`worth`, each written once.
"""

from typing import NamedTuple

from odoo.addons.reliability.api import EXCLUDED, FAILURES

from ..objective import LATENCY, SUCCESS

SLICE_DAYS = 100
"""How long slices are stored: the longest window is a quarter of a year."""


def slice_of(moment):
    """Return the begin of the slice of a moment, in SQL with ``slo``."""
    length = "slo.slice_minutes * interval '1 minute'"
    return f"date_bin({length}, {moment}, timestamp 'epoch')"


MATCHED = f"""
    wanted AS MATERIALIZED (
        SELECT slo.*, service.code AS service, operation.code AS operation
          FROM reliability_slo AS slo
          JOIN reliability_service AS service ON service.id = slo.service_id
          LEFT JOIN unnest(regexp_split_to_array(nullif(slo.operations, ''),
                                                 '\\s*,\\s*')) AS operation(code)
            ON TRUE
         WHERE slo.active AND slo.measure IN ('{SUCCESS}', '{LATENCY}')
           AND {{chosen}}
    ), matched AS MATERIALIZED (
        SELECT wanted.id AS slo_id, wanted.measure, wanted.slice_minutes,
               CASE WHEN split <> 'none' THEN series.company_id END AS company_id,
               CASE WHEN split = 'warehouse' THEN series.warehouse ELSE '' END
               AS warehouse,
               CASE WHEN split = 'system' THEN series.dimension ELSE '' END AS system,
               array_agg(DISTINCT series.id ORDER BY series.id) AS series_ids,
               dense_rank() OVER (ORDER BY array_agg(DISTINCT series.id
                                                     ORDER BY series.id)) AS series
          FROM wanted
          JOIN reliability_series AS series
            ON series.family = wanted.family
           AND (series.operation = wanted.operation
                OR wanted.operation IS NULL AND series.service = wanted.service)
           AND (coalesce(wanted.system, '') = '' OR series.dimension = wanted.system)
           AND (series.company_id IS NULL OR series.company_id <> ALL(%(left_out)s))
         GROUP BY 1, 2, 3, 4, 5, 6
    )
"""
"""Which series each budget is about, and a number for the same series.  They are found
first, and once: there are few series, and many rollups."""

_EVENTS = f"""
    SELECT {{keys}}, slice.start,
           CASE WHEN slo.measure = '{LATENCY}' THEN slice.fast ELSE slice.good END
           AS good,
           CASE WHEN slo.measure = '{LATENCY}' THEN slice.timed ELSE slice.total END
           AS total
      FROM (SELECT slo.series, slo.slice_minutes,
                   {slice_of("event.start")} AS start, sum(event.count) AS total,
                   sum(event.count) FILTER (WHERE outcome <> ALL(%(failures)s)) AS good,
                   sum(event.timed) FILTER (WHERE outcome = 'success') AS timed,
                   sum(event.fast) FILTER (WHERE outcome = 'success') AS fast
              FROM {{events}} AS event
              JOIN (SELECT DISTINCT series, slice_minutes, unnest(series_ids)
                      FROM matched) AS slo(series, slice_minutes, series_id)
                ON slo.series_id = event.series_id
             WHERE event.outcome <> ALL(%(excluded)s)
             GROUP BY 1, 2, 3) AS slice
      JOIN {{matched}} AS slo USING (series, slice_minutes)
"""
"""Good and all events by slice, from ``events``, which are like changes.  The same
series are added up once, however many objectives are about them."""

PARAMETERS = {"failures": list(FAILURES), "excluded": list(EXCLUDED)}


def worth(good, total):
    """Return what a slice adds to sums: good and all, in SQL with ``slo``.

    By events, its events; by time slices, 1 if it has events, and whether enough are
    good; by ratio, millionths of a slice.
    """
    share = f"{good}::bigint * 1000000"
    goods = f"""
        CASE WHEN slo.budgeting = 'events' THEN {good}::bigint
             WHEN {total} = 0 THEN 0
             WHEN slo.budgeting = 'slices'
             THEN ({share} >= slo.slice_goal_ppm::bigint * {total})::int
             ELSE {share} / {total} END
    """
    totals = f"""
        CASE WHEN slo.budgeting = 'events' THEN {total}::bigint
             WHEN {total} = 0 THEN 0
             WHEN slo.budgeting = 'slices' THEN 1
             ELSE 1000000 END
    """
    return goods, totals


_GOOD, _TOTAL = worth("slice.good", "slice.total")
_NEW_GOOD, _NEW_TOTAL = worth("new.good", "new.total")
_OLD_GOOD, _OLD_TOTAL = worth("coalesce(old.good, 0)", "coalesce(old.total, 0)")


class Change(NamedTuple):
    """Events to be added to a slice of a budget.

    :ivar slo_id, company_id, warehouse, system: the budget
    :ivar start: the begin of the slice, in UTC
    :ivar good, total: what is added; less than 0 corrects what was added before
    """

    slo_id: int
    company_id: int | None
    warehouse: str
    system: str
    start: object
    good: int
    total: int


def columns(changes):
    """Return changes by column, for statements: name of a field → list of values."""
    return {name: [getattr(one, name) for one in changes] for name in Change._fields}


_KEYS = "slo.slo_id, slo.company_id, slo.warehouse, slo.system"
DRAIN = f"""
    WITH drained AS (
        DELETE FROM reliability_slo_change
        RETURNING series_id, start, outcome, count, timed, fast
    ), {MATCHED.format(chosen="slo.is_counted")}
    SELECT slo_id, company_id, warehouse, system, start, coalesce(good, 0), total
      FROM ({_EVENTS.format(events="drained", matched="matched", keys=_KEYS)}) AS event
     WHERE total <> 0 OR good <> 0
"""

_IS_EXCLUDED = """
    EXISTS (SELECT FROM reliability_slo_exclusion AS exclusion
             WHERE exclusion.slo_id = {slo} AND exclusion.start <= {start}
               AND exclusion."end" > {start})
"""

_CHANGES = """
    SELECT budget.id AS budget_id, budget.slo_id, change.start,
           sum(change.good) AS good, sum(change.total) AS total
      FROM unnest(%(slo_id)s::int[], %(company_id)s::int[], %(warehouse)s::text[],
                  %(system)s::text[], %(start)s::timestamp[], %(good)s::bigint[],
                  %(total)s::bigint[])
           AS change(slo_id, company_id, warehouse, system, start, good, total)
      JOIN reliability_slo_budget AS budget
        ON budget.slo_id = change.slo_id
       AND coalesce(budget.company_id, 0) = coalesce(change.company_id, 0)
       AND budget.warehouse = change.warehouse AND budget.system = change.system
     GROUP BY 1, 2, 3
"""

# A correction may be less than 0, which the new row must not be, even if it replaces
# another: so it has the new sums.
APPLY = f"""
    WITH change AS ({_CHANGES}), old AS (
        SELECT slice.budget_id, slice.start, slice.good, slice.total
          FROM reliability_slo_slice AS slice JOIN change USING (budget_id, start)
    ), new AS (
        INSERT INTO reliability_slo_slice AS slice
               (budget_id, start, good, total, is_excluded)
        SELECT budget_id, start, change.good + coalesce(old.good, 0),
               change.total + coalesce(old.total, 0),
               {_IS_EXCLUDED.format(slo="change.slo_id", start="change.start")}
          FROM change LEFT JOIN old USING (budget_id, start)
        ON CONFLICT (budget_id, start) DO UPDATE
           SET good = excluded.good, total = excluded.total
        RETURNING budget_id, start, good, total, is_excluded
    ), delta AS (
        SELECT new.budget_id, new.start, new.is_excluded,
               NOT new.is_excluded AND (slo.budgeting = 'events'
                                        OR new.start < budget.counted_until)
               AS is_counted,
               {_NEW_GOOD} - {_OLD_GOOD} AS good, {_NEW_TOTAL} - {_OLD_TOTAL} AS total
          FROM new
          LEFT JOIN old USING (budget_id, start)
          JOIN reliability_slo_budget AS budget ON budget.id = new.budget_id
          JOIN reliability_slo AS slo ON slo.id = budget.slo_id
    ), counted AS (
        UPDATE reliability_slo_budget AS budget
           SET counted_good = counted_good + CASE WHEN is_new THEN 0
                                                  ELSE greatest(0, sum.good) END,
               counted_bad = counted_bad + CASE WHEN is_new THEN 0
                                                ELSE greatest(0, sum.bad) END,
               new_good = CASE WHEN is_new THEN greatest(0, sum.good) ELSE 0 END,
               new_bad = CASE WHEN is_new THEN greatest(0, sum.bad) ELSE 0 END,
               corrected = corrected - least(0, sum.good) - least(0, sum.bad),
               first = least(budget.first, sum.first)
          FROM (SELECT budget_id, min(start) AS first,
                       coalesce(sum(good) FILTER (WHERE is_counted), 0) AS good,
                       coalesce(sum(total - good) FILTER (WHERE is_counted), 0) AS bad
                  FROM delta GROUP BY 1) AS sum
         WHERE budget.id = sum.budget_id
    )
    UPDATE reliability_slo_window AS span
       SET good = span.good + sum.good, total = span.total + sum.total,
           all_good = span.all_good + sum.all_good,
           all_total = span.all_total + sum.all_total
      FROM (SELECT span.id, sum(delta.good) AS all_good, sum(delta.total) AS all_total,
                   coalesce(sum(delta.good) FILTER (WHERE NOT is_excluded), 0) AS good,
                   coalesce(sum(delta.total) FILTER (WHERE NOT is_excluded), 0) AS total
              FROM delta JOIN reliability_slo_window AS span
                ON span.budget_id = delta.budget_id AND delta.start >= span.since
             GROUP BY 1) AS sum
     WHERE span.id = sum.id
"""

ADD_BUDGETS = f"""
    INSERT INTO reliability_slo_budget
           (slo_id, company_id, warehouse, system, is_shared, counted_good, counted_bad,
            new_good, new_bad, is_new, corrected, counted_until)
    SELECT DISTINCT slo.id, wanted.company_id, wanted.warehouse, wanted.system,
           slo.family = ANY(%(shared)s) AND slo.measure <> 'gauge', 0, 0,
           0, 0, TRUE, 0,
           {slice_of("%(now)s::timestamp")}
      FROM ({{wanted}}) AS wanted(slo_id, company_id, warehouse, system)
      JOIN reliability_slo AS slo ON slo.id = wanted.slo_id
        ON CONFLICT DO NOTHING
"""

# A new counter is shown as 0 once: Prometheus counts only from the second value that it
# sees.
RELEASE = """
    UPDATE reliability_slo_budget
       SET is_new = FALSE, counted_good = counted_good + new_good,
           counted_bad = counted_bad + new_bad
     WHERE is_new
"""

OF_CHANGES = """
    SELECT * FROM unnest(%(slo_id)s::int[], %(company_id)s::int[],
                         %(warehouse)s::text[], %(system)s::text[])
"""
OF_SERIES = f"""
    WITH {MATCHED.format(chosen="slo.id = ANY(%(slos)s)")}
    SELECT slo_id, company_id, warehouse, system FROM matched
     UNION ALL
    SELECT id, NULL, '', '' FROM reliability_slo
     WHERE id = ANY(%(slos)s) AND split = 'none'
"""

ADD_WINDOWS = """
    INSERT INTO reliability_slo_window
           (budget_id, seconds, since, good, total, all_good, all_total)
    SELECT budget.id, length.seconds, 'epoch', 0, 0, 0, 0
      FROM reliability_slo_budget AS budget
      JOIN reliability_slo AS slo ON slo.id = budget.slo_id
      JOIN unnest(%(code)s::text[], %(seconds)s::int[]) AS length(code, seconds)
        ON length.code = slo."window"
     WHERE NOT EXISTS (SELECT FROM reliability_slo_window AS span
                        WHERE span.budget_id = budget.id)
"""

_BACK = slice_of("(%(now)s::timestamp - span.seconds * interval '1 second')")
_SPANS = f"""
    SELECT span.*, budget.slo_id,
           CASE WHEN span.seconds = 0 THEN slo.period_begin ELSE {_BACK} END
           AS new_since
      FROM reliability_slo_window AS span
      JOIN reliability_slo_budget AS budget ON budget.id = span.budget_id
      JOIN reliability_slo AS slo ON slo.id = budget.slo_id
"""
"""Windows, and since when each should be."""

_SUMS = f"""
    coalesce(sum({_GOOD}) FILTER (WHERE NOT slice.is_excluded), 0) AS good,
    coalesce(sum({_TOTAL}) FILTER (WHERE NOT slice.is_excluded), 0) AS total,
    coalesce(sum({_GOOD}), 0) AS all_good, coalesce(sum({_TOTAL}), 0) AS all_total
"""

# What has left a window since the last time is subtracted.  Where nothing has, nothing
# is written: an idle database costs no writes.  A clock that is set back adds again.
MOVE = f"""
    UPDATE reliability_slo_window AS span
       SET since = moved.since, good = span.good + moved.sign * moved.good,
           total = span.total + moved.sign * moved.total,
           all_good = span.all_good + moved.sign * moved.all_good,
           all_total = span.all_total + moved.sign * moved.all_total
      FROM (SELECT span.id, span.new_since AS since,
                   CASE WHEN span.new_since > span.since THEN -1 ELSE 1 END AS sign,
                   gone.*
              FROM ({_SPANS}) AS span
              JOIN reliability_slo AS slo ON slo.id = span.slo_id
             CROSS JOIN LATERAL (
                    SELECT count(*) AS slices, {_SUMS}
                      FROM reliability_slo_slice AS slice
                     WHERE slice.budget_id = span.budget_id
                       AND slice.start >= least(span.since, span.new_since)
                       AND slice.start < greatest(span.since, span.new_since)
                   ) AS gone
             WHERE span.since <> span.new_since AND gone.slices > 0) AS moved
     WHERE span.id = moved.id
"""
RECOUNT = f"""
    UPDATE reliability_slo_window AS span
       SET since = counted.since, good = counted.good, total = counted.total,
           all_good = counted.all_good, all_total = counted.all_total
      FROM (SELECT span.id, span.new_since AS since, sums.*
              FROM ({_SPANS} WHERE slo.id = ANY(%(slos)s)) AS span
              JOIN reliability_slo AS slo ON slo.id = span.slo_id
             CROSS JOIN LATERAL (
                    SELECT {_SUMS} FROM reliability_slo_slice AS slice
                     WHERE slice.budget_id = span.budget_id
                       AND slice.start >= span.new_since) AS sums) AS counted
     WHERE span.id = counted.id
"""

OF_PERIOD = f"""
    SELECT budget.id, sums.good, sums.total, sums.all_good, sums.all_total
      FROM reliability_slo_budget AS budget
      JOIN reliability_slo AS slo ON slo.id = budget.slo_id
     CROSS JOIN LATERAL (
            SELECT {_SUMS} FROM reliability_slo_slice AS slice
             WHERE slice.budget_id = budget.id
               AND slice.start >= %(begin)s AND slice.start < %(end)s) AS sums
     WHERE budget.id = ANY(%(budgets)s)
"""
"""The sums of budgets in a past period, as long as its slices are stored."""

# An objective that is new or changed is counted from the rollups that there are: by
# minute, and by hour before.  This transaction sees exactly those rollups whose changes
# it has drained, so nothing counts twice.
COUNT_ANEW = f"""
    WITH {MATCHED.format(chosen="slo.id = ANY(%(slos)s)")}, budgeted AS MATERIALIZED (
        SELECT matched.*, budget.id AS budget_id,
               EXISTS (SELECT FROM reliability_slo_exclusion AS exclusion
                        WHERE exclusion.slo_id = matched.slo_id) AS has_exclusions
          FROM matched
          JOIN reliability_slo_budget AS budget
            ON budget.slo_id = matched.slo_id
           AND coalesce(budget.company_id, 0) = coalesce(matched.company_id, 0)
           AND budget.warehouse = matched.warehouse AND budget.system = matched.system
    ), rollup AS (
        SELECT series_id, start, outcome, count,
               CASE WHEN fast IS NULL THEN 0 ELSE count END AS timed,
               coalesce(fast, 0) AS fast
          FROM reliability_rollup_minute WHERE start >= %(minutes)s
         UNION ALL
        SELECT series_id, start, outcome, count,
               CASE WHEN fast IS NULL THEN 0 ELSE count END, coalesce(fast, 0)
          FROM reliability_rollup_hour WHERE start >= %(oldest)s AND start < %(minutes)s
    )
    INSERT INTO reliability_slo_slice (budget_id, start, good, total, is_excluded)
    SELECT budget_id, start, coalesce(good, 0), total,
           has_exclusions AND
           {_IS_EXCLUDED.format(slo="event.slo_id", start="event.start")}
      FROM ({
    _EVENTS.format(
        events="rollup",
        matched="budgeted",
        keys="slo.slo_id, slo.budget_id, slo.has_exclusions",
    )
}) AS event
     WHERE total > 0
     ORDER BY budget_id, start
"""

ADD_SLICES = f"""
    INSERT INTO reliability_slo_slice (budget_id, start, good, total, is_excluded)
    SELECT budget_id, start, good, total,
           {_IS_EXCLUDED.format(slo="change.slo_id", start="change.start")}
      FROM ({_CHANGES}) AS change
"""

EXCLUDE_ANEW = f"""
    WITH changed AS (
        UPDATE reliability_slo_slice AS slice SET is_excluded = now_excluded
          FROM (SELECT slice.budget_id, slice.start, budget.slo_id,
                       {_IS_EXCLUDED.format(slo="budget.slo_id", start="slice.start")}
                       AS now_excluded
                  FROM reliability_slo_slice AS slice
                  JOIN reliability_slo_budget AS budget ON budget.id = slice.budget_id
                 WHERE budget.slo_id = ANY(%(slos)s)) AS other
         WHERE slice.budget_id = other.budget_id AND slice.start = other.start
           AND slice.is_excluded <> other.now_excluded
        RETURNING slice.budget_id, slice.total
    ), counted AS (
        UPDATE reliability_slo_budget AS budget SET corrected = corrected + sum.total
          FROM (SELECT budget_id, sum(total) AS total FROM changed GROUP BY 1) AS sum
         WHERE budget.id = sum.budget_id
    )
    SELECT DISTINCT budget.slo_id FROM changed
      JOIN reliability_slo_budget AS budget ON budget.id = changed.budget_id
"""

# Slices of time-slice objectives count on /metrics when they have ended: until then, a
# good one may still become bad.
COUNT_ENDED = f"""
    UPDATE reliability_slo_budget AS budget
       SET counted_good = counted_good + ended.good,
           counted_bad = counted_bad + ended.total - ended.good,
           counted_until = ended.until
      FROM (SELECT budget.id, budget.until, sums.*
              FROM (SELECT budget.*, {slice_of("%(now)s::timestamp")} AS until
                      FROM reliability_slo_budget AS budget
                      JOIN reliability_slo AS slo ON slo.id = budget.slo_id
                     WHERE slo.budgeting <> 'events') AS budget
              JOIN reliability_slo AS slo ON slo.id = budget.slo_id
             CROSS JOIN LATERAL (
                    SELECT {_SUMS} FROM reliability_slo_slice AS slice
                     WHERE slice.budget_id = budget.id
                       AND slice.start >= budget.counted_until
                       AND slice.start < budget.until) AS sums
             WHERE sums.all_total > 0) AS ended
     WHERE budget.id = ended.id
"""

_REMAINING = """
    CASE WHEN {total} > 0
         THEN floor(1000000 - ({total} - {good}) * 1000000 * 1000000
                    / ({total} * (1000000 - slo.goal_ppm))) END
"""
SUMMARIZE = f"""
    UPDATE reliability_slo_budget AS budget
       SET good = summed.good, total = summed.total, all_good = summed.all_good,
           all_total = summed.all_total, remaining_ppm = summed.remaining_ppm,
           all_remaining_ppm = summed.all_remaining_ppm
      FROM (SELECT span.*,
                   {_REMAINING.format(total="span.total", good="span.good")}
                   AS remaining_ppm,
                   {_REMAINING.format(total="span.all_total", good="span.all_good")}
                   AS all_remaining_ppm
              FROM reliability_slo_window AS span
              JOIN reliability_slo_budget AS budget ON budget.id = span.budget_id
              JOIN reliability_slo AS slo ON slo.id = budget.slo_id
              JOIN unnest(%(code)s::text[], %(seconds)s::int[]) AS main(code, seconds)
                ON main.code = slo."window" AND main.seconds = span.seconds) AS summed
     WHERE summed.budget_id = budget.id
       AND (budget.good, budget.total, budget.all_good, budget.all_total,
            budget.remaining_ppm)
           IS DISTINCT FROM (summed.good, summed.total, summed.all_good,
                             summed.all_total, summed.remaining_ppm)
"""
