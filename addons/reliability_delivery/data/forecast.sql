-- How today's cutoffs will turn out, if all goes on like this.  One row for each cutoff
-- of today, in its own time zone; read by people and by /metrics.
--
-- A function, since PostgreSQL cannot know how few parcels a day has: it would read a
-- million old ones, and compile the query for longer than it runs.
CREATE FUNCTION reliability_forecast_cutoffs() RETURNS TABLE (
    id integer, moment timestamp, seconds_left numeric, parcels_left bigint,
    an_hour numeric, ready timestamp, parcels_missing integer, state text
) LANGUAGE sql STABLE SET jit = off SET enable_seqscan = off AS $$
WITH clock AS (SELECT now() AT TIME ZONE 'UTC' AS utc),
today AS (
    SELECT cutoff.*, clock.utc AS now,
           (date_trunc('day', now() AT TIME ZONE cutoff.tz) AT TIME ZONE cutoff.tz)
               AT TIME ZONE 'UTC' AS begin,
           ((date_trunc('day', now() AT TIME ZONE cutoff.tz)
               + cutoff.hour * interval '1 hour') AT TIME ZONE cutoff.tz)
               AT TIME ZONE 'UTC' AS moment
      FROM reliability_cutoff AS cutoff, clock
     WHERE cutoff.active
       AND CASE extract(isodow FROM now() AT TIME ZONE cutoff.tz)
               WHEN 1 THEN monday WHEN 2 THEN tuesday WHEN 3 THEN wednesday
               WHEN 4 THEN thursday WHEN 5 THEN friday WHEN 6 THEN saturday
               ELSE sunday END
       -- What has missed a truck goes with the next one, where there is one today.
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
-- Which carriers' parcels go with it: its own, or all that have none of their own there.
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
lanes AS (
    SELECT carriers.id, kind.id AS picking_type_id, carriers.carrier_id
      FROM carriers
      JOIN today ON today.id = carriers.id
      JOIN stock_picking_type AS kind
        ON kind.warehouse_id = today.warehouse_id AND kind.code = 'outgoing'
),
counted AS (
    SELECT today.*, to_do.parcels AS parcels_left, lately.parcels AS done_lately,
           lately.hours_worked, usual.parcels AS usual_left
      FROM today
      CROSS JOIN LATERAL (
          -- What is due before the truck leaves.  What is overdue for longer than a day
          -- has been left lying: it says nothing about today.
          SELECT count(*) AS parcels
            FROM lanes JOIN stock_picking USING (picking_type_id, carrier_id)
           WHERE lanes.id = today.id
             AND state IN ('confirmed', 'waiting', 'assigned')
             AND scheduled_date < today.moment
             AND scheduled_date >= today.begin - interval '1 day'
      ) AS to_do
      CROSS JOIN LATERAL (
          -- In the last hour; who has just begun has not worked for an hour yet.
          SELECT count(*) FILTER (WHERE date_done >= today.now - interval '1 hour')
                     AS parcels,
                 least(1, greatest(1 / 6.0,
                     extract(epoch FROM today.now - min(date_done)) / 3600))
                     AS hours_worked
            FROM lanes JOIN stock_picking USING (picking_type_id, carrier_id)
           WHERE lanes.id = today.id AND state = 'done' AND date_done >= today.begin
      ) AS lately
      CROSS JOIN LATERAL (
          -- What was usually done from this time of the day on, on this day of the week.
          SELECT sum(week.parcels) / 4.0 AS parcels
            FROM generate_series(1, 4) AS ago
           CROSS JOIN LATERAL (
               SELECT count(*) AS parcels
                 FROM lanes JOIN stock_picking USING (picking_type_id, carrier_id)
                WHERE lanes.id = today.id AND state = 'done'
                  AND date_done >= today.now - ago * interval '7 days'
                  AND date_done < today.moment - ago * interval '7 days'
           ) AS week
      ) AS usual
),
paced AS (
    SELECT counted.*,
           extract(epoch FROM moment - now) AS seconds_left,
           CASE WHEN done_lately > 0 THEN done_lately / hours_worked
                WHEN moment > now
                THEN usual_left * 3600 / extract(epoch FROM moment - now)
                ELSE 0 END AS an_hour
      FROM counted
)
SELECT id, moment, seconds_left, parcels_left, an_hour,
       CASE WHEN parcels_left = 0 THEN now
            WHEN an_hour > 0
            THEN now + least(parcels_left / an_hour, 240) * interval '1 hour'
            END AS ready,
       -- How many will not be on the truck.
       CASE WHEN seconds_left <= 0 THEN parcels_left
            ELSE greatest(0, parcels_left - floor(an_hour * seconds_left / 3600))
            END::integer AS parcels_missing,
       CASE WHEN parcels_left = 0 THEN 'done'
            WHEN seconds_left <= 0 THEN 'missed'
            WHEN parcels_left <= floor(an_hour * seconds_left / 3600) THEN 'in_time'
            WHEN seconds_left <= warn_minutes * 60 OR done_lately > 0 THEN 'at_risk'
            ELSE 'not_begun'
            END AS state
  FROM paced
$$;

CREATE VIEW reliability_cutoff_forecast AS SELECT * FROM reliability_forecast_cutoffs();
