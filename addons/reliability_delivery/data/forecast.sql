-- Forecast of today's cutoffs at the present pace of work: one row for each cutoff of
-- today, in its own time zone.  Screens and /metrics read it.
--
-- It is a function with its own planner settings: PostgreSQL cannot know how few parcels
-- a day has, would read a million old ones, and would compile the query for longer than
-- the query runs.
CREATE FUNCTION reliability_forecast_cutoffs() RETURNS TABLE (
    id integer, departure timestamp, seconds_left numeric, parcels_left bigint,
    parcels_per_hour numeric, ready_at timestamp, parcels_missing integer, state text
) LANGUAGE sql STABLE SET jit = off SET enable_seqscan = off AS $$
WITH clock AS (SELECT now() AT TIME ZONE 'UTC' AS utc),
today AS (
    SELECT cutoff.*, clock.utc AS now,
           (date_trunc('day', now() AT TIME ZONE cutoff.tz) AT TIME ZONE cutoff.tz)
               AT TIME ZONE 'UTC' AS begin,
           ((date_trunc('day', now() AT TIME ZONE cutoff.tz)
               + cutoff.hour * interval '1 hour') AT TIME ZONE cutoff.tz)
               AT TIME ZONE 'UTC' AS departure
      FROM reliability_cutoff AS cutoff, clock
     WHERE cutoff.active
       AND CASE extract(isodow FROM now() AT TIME ZONE cutoff.tz)
               WHEN 1 THEN monday WHEN 2 THEN tuesday WHEN 3 THEN wednesday
               WHEN 4 THEN thursday WHEN 5 THEN friday WHEN 6 THEN saturday
               ELSE sunday END
       -- Parcels that missed a truck go with the next one, where there is one today.
       AND NOT EXISTS (
           SELECT FROM reliability_cutoff AS later
            WHERE later.active AND later.warehouse_id = cutoff.warehouse_id
              AND later.carrier_id IS NOT DISTINCT FROM cutoff.carrier_id
              AND later.hour > cutoff.hour
              AND CASE extract(isodow FROM now() AT TIME ZONE cutoff.tz)
                      WHEN 1 THEN later.monday WHEN 2 THEN later.tuesday
                      WHEN 3 THEN later.wednesday WHEN 4 THEN later.thursday
                      WHEN 5 THEN later.friday WHEN 6 THEN later.saturday
                      ELSE later.sunday END
              AND extract(epoch FROM (now() AT TIME ZONE cutoff.tz)::time)
                  >= cutoff.hour * 3600)
),
-- The carriers of a cutoff: its own, or all that have no cutoff of their own in the
-- warehouse.
carriers AS (
    SELECT today.id, carrier.id AS carrier_id
      FROM today JOIN delivery_carrier AS carrier ON carrier.id = today.carrier_id
     UNION ALL
    SELECT today.id, carrier.id
      FROM today CROSS JOIN delivery_carrier AS carrier
     WHERE today.carrier_id IS NULL AND NOT EXISTS (
           SELECT FROM reliability_cutoff AS own
            WHERE own.active AND own.carrier_id = carrier.id
              AND own.warehouse_id = today.warehouse_id)
),
-- The operation types and carriers by which a cutoff finds its parcels.
cutoff_types AS (
    SELECT carriers.id, picking_type.id AS picking_type_id, carriers.carrier_id
      FROM carriers
      JOIN today ON today.id = carriers.id
      JOIN stock_picking_type AS picking_type
        ON picking_type.warehouse_id = today.warehouse_id
       AND picking_type.code = 'outgoing'
),
counts AS (
    SELECT today.*, to_do.parcels AS parcels_left, last_hour.parcels AS done_last_hour,
           last_hour.hours_worked, usual.parcels AS usual_left
      FROM today
      CROSS JOIN LATERAL (
          -- Parcels due before the truck leaves.  Parcels overdue for more than a day
          -- are abandoned and say nothing about today.
          SELECT count(*) AS parcels
            FROM cutoff_types JOIN stock_picking USING (picking_type_id, carrier_id)
           WHERE cutoff_types.id = today.id
             AND state IN ('confirmed', 'waiting', 'assigned')
             AND scheduled_date < today.departure
             AND scheduled_date >= today.begin - interval '1 day'
      ) AS to_do
      CROSS JOIN LATERAL (
          -- Validated in the last hour.  Where the day's work began later than an hour
          -- ago, only the time since then counts, ten minutes at least.
          SELECT count(*) FILTER (WHERE date_done >= today.now - interval '1 hour')
                     AS parcels,
                 least(1, greatest(1 / 6.0,
                     extract(epoch FROM today.now - min(date_done)) / 3600))
                     AS hours_worked
            FROM cutoff_types JOIN stock_picking USING (picking_type_id, carrier_id)
           WHERE cutoff_types.id = today.id AND state = 'done' AND date_done >= today.begin
      ) AS last_hour
      CROSS JOIN LATERAL (
          -- The usual number from this time of the day until the cutoff: the mean of
          -- this weekday in the last four weeks.
          SELECT sum(week.parcels) / 4.0 AS parcels
            FROM generate_series(1, 4) AS weeks_ago
           CROSS JOIN LATERAL (
               SELECT count(*) AS parcels
                 FROM cutoff_types JOIN stock_picking USING (picking_type_id, carrier_id)
                WHERE cutoff_types.id = today.id AND state = 'done'
                  AND date_done >= today.now - weeks_ago * interval '7 days'
                  AND date_done < today.departure - weeks_ago * interval '7 days'
           ) AS week
      ) AS usual
),
pace AS (
    SELECT counts.*,
           extract(epoch FROM departure - now) AS seconds_left,
           CASE WHEN done_last_hour > 0 THEN done_last_hour / hours_worked
                WHEN departure > now
                THEN usual_left * 3600 / extract(epoch FROM departure - now)
                ELSE 0 END AS parcels_per_hour
      FROM counts
)
SELECT id, departure, seconds_left, parcels_left, parcels_per_hour,
       CASE WHEN parcels_left = 0 THEN now
            WHEN parcels_per_hour > 0
            THEN now + least(parcels_left / parcels_per_hour, 240) * interval '1 hour'
            END AS ready_at,
       -- Parcels that will miss the truck.
       CASE WHEN seconds_left <= 0 THEN parcels_left
            ELSE greatest(0, parcels_left - floor(parcels_per_hour * seconds_left / 3600))
            END::integer AS parcels_missing,
       CASE WHEN parcels_left = 0 THEN 'done'
            WHEN seconds_left <= 0 THEN 'missed'
            WHEN parcels_left <= floor(parcels_per_hour * seconds_left / 3600)
            THEN 'in_time'
            WHEN seconds_left <= warn_minutes * 60 OR done_last_hour > 0 THEN 'at_risk'
            ELSE 'not_begun'
            END AS state
  FROM pace
$$;

CREATE VIEW reliability_cutoff_forecast AS SELECT * FROM reliability_forecast_cutoffs();
