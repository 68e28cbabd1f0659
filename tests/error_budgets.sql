-- The error budgets of one objective, from the raw rollups by minute.
--
-- Written from the definitions only, to compare with what the addon keeps; so it reads every
-- row of the window and is slow.  Rollups by minute are kept for eight days; of the time
-- before ``minutes_since``, a whole hour, it reads those by hour.
--
-- Parameters
--   family, service, operations, system
--                  which events: of a family, and of these operations, or of all of the
--                  service if the array is empty; with this dimension, if it is not ''
--   measure        'success': an event is bad if it failed, was killed, or its end is unknown;
--                  what is retried or rolled back does not count.
--                  'latency': an event is good if it took no longer than the threshold in force;
--                  those count that succeeded, and have a duration and a threshold
--   budgeting      'events': each event counts the same.
--                  'slices': each time slice with events counts the same; it is good if at
--                  least slice_goal_ppm of a million of its events are.
--                  'ratio_slices': each time slice with events counts a million; good is its
--                  share of good events in millionths, rounded down
--   slice_minutes  the length of slices, which begin at whole multiples of it, in UTC
--   slice_goal_ppm, goal_ppm
--                  good events per million
--   split          'none', 'company', 'warehouse' or 'system': which have budgets of their own
--   window_begin, window_end
--                  in UTC; a slice belongs to the window in which it begins
--   exclusion_begins, exclusion_ends
--                  arrays of the same length: a slice that begins inside does not count
--
-- Columns, a row for each budget with events that count
--   company_id     NULL for events of no company, or if the split is 'none'
--   warehouse, system
--                  '' if the split has none
--   good, total    events; slices; or millionths of slices
--   remaining_ppm  the part of the budget that is left, in millionths, rounded down; less than
--                  zero if more is used than there is
WITH rollup AS (
    SELECT series_id, start, outcome, count, fast
      FROM reliability_rollup_minute WHERE start >= %(minutes_since)s
     UNION ALL
    SELECT series_id, start, outcome, count, fast
      FROM reliability_rollup_hour WHERE start < %(minutes_since)s
), exclusion AS (
    SELECT *
      FROM unnest(%(exclusion_begins)s::timestamp[], %(exclusion_ends)s::timestamp[])
           AS interval_of_time(begins, ends)
), event AS (
    SELECT CASE WHEN %(split)s <> 'none' THEN series.company_id END AS company_id,
           CASE WHEN %(split)s = 'warehouse' THEN series.warehouse ELSE '' END AS warehouse,
           CASE WHEN %(split)s = 'system' THEN series.dimension ELSE '' END AS system,
           date_bin(make_interval(mins => %(slice_minutes)s), rollup.start, 'epoch') AS slice,
           rollup.count AS total,
           CASE WHEN %(measure)s = 'latency' THEN rollup.fast
                WHEN rollup.outcome IN ('failed', 'killed', 'unknown') THEN 0
                ELSE rollup.count END AS good
      FROM rollup
      JOIN reliability_series AS series ON series.id = rollup.series_id
     WHERE series.family = %(family)s
       AND CASE WHEN cardinality(%(operations)s::text[]) = 0
                THEN series.service = %(service)s
                ELSE series.operation = ANY(%(operations)s::text[]) END
       AND %(system)s IN ('', series.dimension)
       AND CASE WHEN %(measure)s = 'latency'
                THEN rollup.outcome = 'success' AND rollup.fast IS NOT NULL
                ELSE rollup.outcome NOT IN ('retried', 'rolled_back') END
), slice AS (
    SELECT company_id, warehouse, system, slice,
           sum(good)::numeric AS good, sum(total)::numeric AS total
      FROM event
     WHERE slice >= %(window_begin)s AND slice < %(window_end)s
       AND NOT EXISTS (SELECT FROM exclusion WHERE slice >= begins AND slice < ends)
     GROUP BY company_id, warehouse, system, slice
    HAVING sum(total) > 0
), counted AS (
    SELECT company_id, warehouse, system,
           sum(CASE %(budgeting)s
               WHEN 'events' THEN good
               WHEN 'slices'
               THEN CASE WHEN good * 1000000 >= %(slice_goal_ppm)s * total THEN 1 ELSE 0 END
               WHEN 'ratio_slices' THEN div(good * 1000000, total) END) AS good,
           sum(CASE %(budgeting)s
               WHEN 'events' THEN total
               WHEN 'slices' THEN 1
               WHEN 'ratio_slices' THEN 1000000 END) AS total
      FROM slice
     GROUP BY company_id, warehouse, system
)
SELECT company_id, warehouse, system, good::bigint AS good, total::bigint AS total,
       floor(1000000 - (total - good) * 1000000 * 1000000
                       / (total * (1000000 - %(goal_ppm)s)))::bigint AS remaining_ppm
  FROM counted
 ORDER BY company_id, warehouse, system
