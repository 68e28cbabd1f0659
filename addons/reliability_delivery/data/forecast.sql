-- Forecast of the trucks of a day at the present pace of work: one row for each cutoff of
-- the day of a moment, in the cutoff's time zone.  Screens and /metrics read it.
--
-- It is a function with its own planner settings: PostgreSQL cannot know how few parcels
-- a day has, would read a million old ones, and would compile the query for longer than
-- the query runs.
CREATE FUNCTION reliability_forecast_cutoffs(at timestamptz DEFAULT now()) RETURNS TABLE (
    id integer, departure timestamp, seconds_left numeric, packed_since timestamp,
    parcels_packed bigint, parcels_left bigint, parcels_unlabelled bigint,
    parcels_unreserved bigint, last_packed timestamp, parcels_per_hour numeric,
    ready_at timestamp, parcels_missing bigint, state text, cause text
) LANGUAGE sql STABLE SET jit = off SET enable_seqscan = off AS $$
WITH today AS (
    SELECT cutoff.id, warehouse_id, carrier_id, warn_minutes,
           at AT TIME ZONE 'UTC' AS now,
           (midnight AT TIME ZONE tz) AT TIME ZONE 'UTC' AS begin,
           ((midnight + hour * interval '1 hour') AT TIME ZONE tz) AT TIME ZONE 'UTC'
               AS departure
      FROM reliability_cutoff AS cutoff
     CROSS JOIN LATERAL (SELECT date_trunc('day', at AT TIME ZONE tz) AS midnight)
        AS local
     WHERE active
       AND (ARRAY[monday, tuesday, wednesday, thursday, friday, saturday, sunday])
           [extract(isodow FROM midnight)::integer]
),
-- Parcels that missed a truck go with the next one, where there is one today.
trucks AS (
    SELECT today.*, departure <= now AS has_left,
           departure <= now AND lead(departure) OVER same IS NOT NULL AS has_successor,
           greatest(begin, lag(departure) OVER same) AS packed_since
      FROM today
    WINDOW same AS (PARTITION BY warehouse_id, carrier_id ORDER BY departure, id)
),
-- The carriers of a cutoff: its own, or all that have no cutoff of their own in the
-- warehouse.
carriers AS (
    SELECT trucks.id, trucks.carrier_id FROM trucks WHERE carrier_id IS NOT NULL
     UNION ALL
    SELECT trucks.id, carrier.id
      FROM trucks CROSS JOIN delivery_carrier AS carrier
     WHERE trucks.carrier_id IS NULL AND NOT EXISTS (
           SELECT FROM reliability_cutoff AS own
            WHERE own.active AND own.carrier_id = carrier.id
              AND own.warehouse_id = trucks.warehouse_id)
),
-- The operation types and carriers by which a cutoff finds its parcels.
cutoff_types AS (
    SELECT carriers.id, picking_type.id AS picking_type_id, carriers.carrier_id,
           -- As BUILT_IN_TYPES of delivery.carrier: the others have labels.
           coalesce(carrier.integration_level, '') = 'rate_and_ship'
               AND carrier.delivery_type NOT IN ('fixed', 'base_on_rule') AS has_labels
      FROM carriers
      JOIN trucks ON trucks.id = carriers.id
      JOIN delivery_carrier AS carrier ON carrier.id = carriers.carrier_id
      JOIN stock_picking_type AS picking_type
        ON picking_type.warehouse_id = trucks.warehouse_id
       AND picking_type.code = 'outgoing'
),
counts AS (
    SELECT trucks.*, open.*, done.*,
           extract(epoch FROM departure - now) AS seconds_left
      FROM trucks
      CROSS JOIN LATERAL (
          -- Parcels due before the truck leaves.  Parcels overdue for more than a day
          -- are abandoned and say nothing about today.
          SELECT count(*) AS to_pack,
                 count(*) FILTER (WHERE state <> 'assigned') AS unreserved
            FROM cutoff_types JOIN stock_picking USING (picking_type_id, carrier_id)
           WHERE cutoff_types.id = trucks.id AND NOT trucks.has_successor
             AND state IN ('confirmed', 'waiting', 'assigned')
             AND scheduled_date < trucks.departure
             AND scheduled_date >= trucks.begin - interval '1 day'
      ) AS open
      CROSS JOIN LATERAL (
          -- Packed is what is validated.  A truck takes what was packed after the one
          -- before it, and has a label.
          SELECT min(date_done) AS first_packed, max(date_done) AS last_packed,
                 count(*) FILTER (WHERE date_done >= trucks.now - interval '1 hour')
                     AS last_hour,
                 count(*) FILTER (WHERE date_done >= trucks.now - interval '20 minutes')
                     AS last_minutes,
                 count(*) FILTER (WHERE has_label AND date_done < trucks.departure
                     AND date_done >= trucks.packed_since) AS packed,
                 count(*) FILTER (WHERE NOT has_label AND date_done < trucks.departure
                     AND NOT trucks.has_successor) AS unlabelled
            FROM (
                SELECT date_done,
                       NOT has_labels OR coalesce(carrier_tracking_ref, '') <> ''
                           AS has_label
                  FROM cutoff_types
                  JOIN stock_picking USING (picking_type_id, carrier_id)
                 WHERE cutoff_types.id = trucks.id AND state = 'done'
                   AND date_done >= trucks.begin
            ) AS parcels
      ) AS done
),
-- The pace is the lower one of the last hour and the last 20 minutes.  Where the day's
-- work began later, only the time since then counts, ten minutes at least.
paces AS (
    SELECT counts.*, last_hour / least(1, hours) AS pace_of_hour,
           CASE WHEN first_packed IS NOT NULL
                THEN least(last_hour / least(1, hours),
                           last_minutes / least(1 / 3.0, hours))
                -- Before the first parcel: the usual pace from this time of the day until
                -- the cutoff, on this weekday in the last four weeks.
                WHEN to_pack > 0 AND NOT has_left
                THEN (
                    SELECT sum(week.parcels) FROM generate_series(1, 4) AS weeks_ago
                     CROSS JOIN LATERAL (
                         SELECT count(*) AS parcels FROM cutoff_types
                           JOIN stock_picking USING (picking_type_id, carrier_id)
                          WHERE cutoff_types.id = counts.id AND state = 'done'
                            AND date_done
                                >= counts.now - weeks_ago * interval '7 days'
                            AND date_done
                                < counts.departure - weeks_ago * interval '7 days'
                     ) AS week
                ) / 4.0 * 3600 / seconds_left
                ELSE 0 END AS pace,
           CASE WHEN last_minutes = 0 AND to_pack > 0 AND NOT has_left
                THEN EXISTS (
                    SELECT FROM cutoff_types
                      JOIN stock_picking USING (picking_type_id, carrier_id)
                      JOIN reliability_exchange AS exchange
                        ON exchange.res_model = 'stock.picking'
                       AND exchange.res_id = stock_picking.id
                       AND exchange.operation = 'label'
                       AND exchange.state IN ('failed', 'unknown')
                     WHERE cutoff_types.id = counts.id
                       AND stock_picking.state IN ('confirmed', 'waiting', 'assigned')
                       AND scheduled_date < counts.departure
                       AND scheduled_date >= counts.begin - interval '1 day')
                ELSE false END AS labels_fail
      FROM counts
      CROSS JOIN LATERAL (
          SELECT greatest(1 / 6.0, extract(epoch FROM now - first_packed) / 3600) AS hours
      ) AS work
),
-- How many parcels can be packed until the truck leaves, at which pace.
forecasts AS (
    SELECT paces.*, to_pack + unlabelled AS to_do,
           greatest(0, floor(pace * seconds_left / 3600)) AS possible,
           greatest(0, floor(pace_of_hour * seconds_left / 3600)) AS possible_by_hour
      FROM paces
)
SELECT id, departure, seconds_left, packed_since, packed, to_do, unlabelled, unreserved,
       last_packed, pace,
       CASE WHEN to_pack = 0 THEN now
            WHEN pace > 0 THEN now + least(to_pack / pace, 240) * interval '1 hour'
            END,
       CASE WHEN has_left THEN to_do
            ELSE unlabelled + greatest(0, to_pack - possible)::bigint END,
       CASE WHEN has_left THEN CASE WHEN to_do > 0 THEN 'missed' ELSE 'departed' END
            WHEN to_do = 0 THEN 'done'
            WHEN unlabelled > 0 THEN 'at_risk'
            WHEN to_pack <= possible THEN 'in_time'
            WHEN seconds_left <= warn_minutes * 60 OR labels_fail OR last_minutes > 0
                 OR last_hour > 0 AND to_pack > possible_by_hour THEN 'at_risk'
            WHEN last_packed IS NULL THEN 'not_begun'
            ELSE 'stopped' END,
       CASE WHEN has_left OR to_do = 0 THEN ''
            WHEN to_pack <= possible AND unlabelled = 0 THEN ''
            WHEN to_pack <= possible THEN 'unlabelled'
            WHEN labels_fail THEN 'labels_fail'
            WHEN unreserved > 0 AND to_pack - unreserved <= possible THEN 'unreserved'
            WHEN last_packed IS NULL THEN 'not_begun'
            WHEN pace = 0 THEN 'stopped'
            ELSE 'slow' END
  FROM forecasts
$$;

CREATE VIEW reliability_cutoff_forecast AS SELECT * FROM reliability_forecast_cutoffs();
