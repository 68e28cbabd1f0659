-- Expected documents: the schedule baseline, and today's documents compared with it.

-- Update the baselines from the documents of eight weeks, by partner, type and day of the
-- week.  Expected documents that a user has set are left as they are.
CREATE FUNCTION reliability_edi_learn() RETURNS void LANGUAGE sql AS $$
WITH companies AS (
    SELECT company_id, (now() AT TIME ZONE reliability_edi_zone(company_id))::date AS today
      FROM (SELECT id AS company_id FROM res_company UNION ALL SELECT NULL) AS every
),
days AS (
    SELECT type_id, backend_id, partner_id, document.company_id, day, today,
           min(minute) AS first, count(*) AS documents, array_agg(minute) AS minutes
      FROM companies JOIN reliability_edi_document AS document
        ON document.company_id IS NOT DISTINCT FROM companies.company_id
     WHERE direction = 'in' AND NOT is_duplicate AND state <> 'gone'
       AND day BETWEEN today - 56 AND today - 1
     GROUP BY 1, 2, 3, 4, 5, 6
),
streams AS (
    SELECT type_id, backend_id, partner_id, company_id, min(day) AS first_day
      FROM days GROUP BY 1, 2, 3, 4
),
learned AS (
    SELECT days.type_id, days.backend_id, days.partner_id, days.company_id,
           (extract(isodow FROM day) - 1)::integer AS weekday,
           count(*) AS day_count, min(streams.first_day) AS first_day,
           min(today) AS today,
           percentile_disc(0.9) WITHIN GROUP (ORDER BY first) AS first,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY documents) AS baseline
      FROM days JOIN streams USING (type_id, backend_id)
     WHERE streams.partner_id IS NOT DISTINCT FROM days.partner_id
       AND streams.company_id IS NOT DISTINCT FROM days.company_id
     GROUP BY 1, 2, 3, 4, 5
),
-- The median number of documents received by the end of each hour.
hours AS (
    SELECT days.type_id, days.backend_id, days.partner_id, days.company_id,
           (extract(isodow FROM day) - 1)::integer AS weekday, hour,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY (
               SELECT count(*) FROM unnest(minutes) AS minute
                WHERE minute < (hour + 1) * 60)) AS baseline
      FROM days CROSS JOIN generate_series(0, 23) AS hour
     GROUP BY 1, 2, 3, 4, 5, 6
)
INSERT INTO reliability_edi_expected_document AS expected (
    type_id, backend_id, partner_id, company_id, weekday, hour, baseline,
    baseline_by_hour, since, learned, active
)
SELECT learned.type_id, learned.backend_id, learned.partner_id, learned.company_id,
       learned.weekday::text,
       -- 15 minutes after the first document on nine days of ten, rounded up to a quarter
       -- of an hour.
       least(ceil((first + 15) / 15.0) / 4.0, 23.75), learned.baseline,
       (SELECT jsonb_agg(hours.baseline ORDER BY hour) FROM hours
         WHERE hours.type_id = learned.type_id AND hours.backend_id = learned.backend_id
           AND hours.partner_id IS NOT DISTINCT FROM learned.partner_id
           AND hours.company_id IS NOT DISTINCT FROM learned.company_id
           AND hours.weekday = learned.weekday),
       first_day, true, true
  FROM learned
 WHERE day_count >= 3
   AND day_count >= 0.75 * (SELECT count(*) FROM generate_series(
           greatest(first_day, today - 56), today - 1, interval '1 day') AS series_day
        WHERE extract(isodow FROM series_day) - 1 = weekday)
ON CONFLICT (type_id, backend_id, coalesce(partner_id, 0), coalesce(company_id, 0), weekday)
DO UPDATE SET hour = excluded.hour, baseline = excluded.baseline,
              baseline_by_hour = excluded.baseline_by_hour
 WHERE expected.learned
$$;

-- The status of each document that is expected on the day of a moment.  A function instead
-- of a view, so that PostgreSQL plans it for one day and not for all of history.
CREATE FUNCTION reliability_edi_today(at timestamptz DEFAULT now()) RETURNS TABLE (
    expected_document_id integer, received bigint, baseline_by_now integer,
    last timestamp, state text
) LANGUAGE sql STABLE SET jit = off AS $$
WITH expected AS (
    SELECT document.*, local.moment,
           extract(epoch FROM local.moment::time) / 3600 AS now,
           -- The baseline of the last full hour; 0 in the first hour of the day.
           coalesce((document.baseline_by_hour->>nullif(
               extract(hour FROM local.moment)::integer - 1, -1))::integer, 0) AS by_now
      FROM reliability_edi_expected_document AS document
     CROSS JOIN LATERAL (
           SELECT at AT TIME ZONE reliability_edi_zone(document.company_id) AS moment
     ) AS local
     WHERE document.active
       AND document.weekday = (extract(isodow FROM local.moment) - 1)::integer::text
)
SELECT expected.id, today.received, by_now,
       (SELECT max(earlier.received) FROM reliability_edi_document AS earlier
         WHERE earlier.type_id = expected.type_id
           AND earlier.backend_id = expected.backend_id
           AND earlier.partner_id IS NOT DISTINCT FROM expected.partner_id
           AND earlier.direction = 'in' AND earlier.day > moment::date - 60
           AND earlier.received <= at AT TIME ZONE 'UTC'),
       CASE
           WHEN EXISTS (
               SELECT FROM resource_calendar_leaves AS leave
                WHERE leave.resource_id IS NULL
                  AND leave.company_id IS NOT DISTINCT FROM expected.company_id
                  AND at AT TIME ZONE 'UTC' BETWEEN leave.date_from AND leave.date_to
           ) THEN 'holiday'
           WHEN today.received = 0 AND expected.now >= expected.hour THEN 'missing'
           WHEN by_now >= 4 AND today.received * 2 < by_now THEN 'few'
           WHEN today.received = 0 THEN 'expected'
           ELSE 'received'
       END
  FROM expected
 CROSS JOIN LATERAL (
       SELECT count(*) AS received FROM reliability_edi_document AS document
        WHERE document.type_id = expected.type_id
          AND document.backend_id = expected.backend_id
          AND document.partner_id IS NOT DISTINCT FROM expected.partner_id
          AND document.day = moment::date AND document.direction = 'in'
          AND document.received <= at AT TIME ZONE 'UTC'
 ) AS today
$$;

-- What was expected on each of some days: as today's status, and of earlier days, whether
-- far too few documents were received.
CREATE FUNCTION reliability_edi_days(first date, last date) RETURNS TABLE (
    expected_document_id integer, day date, usual integer, state text
) LANGUAGE sql STABLE SET jit = off AS $$
SELECT expected.id, past.day, expected.baseline,
       CASE WHEN received.count > 0
                 AND (coalesce(expected.baseline, 0) < 4
                      OR received.count * 2 >= expected.baseline)
                THEN 'received'
            WHEN EXISTS (
               SELECT FROM resource_calendar_leaves AS leave
                WHERE leave.resource_id IS NULL
                  AND leave.company_id IS NOT DISTINCT FROM expected.company_id
                  AND past.day BETWEEN
                      (leave.date_from AT TIME ZONE 'UTC' AT TIME ZONE local.zone)::date
                      AND (leave.date_to AT TIME ZONE 'UTC' AT TIME ZONE local.zone)::date
            ) THEN 'holiday'
            WHEN received.count = 0 THEN 'missing'
            ELSE 'few'
       END
  FROM reliability_edi_expected_document AS expected
 CROSS JOIN LATERAL (
       SELECT zone, (now() AT TIME ZONE zone)::date AS today
         FROM reliability_edi_zone(expected.company_id) AS zone
 ) AS local
 CROSS JOIN LATERAL (
       SELECT each::date AS day FROM generate_series(
           greatest(expected.since, reliability_edi_days.first),
           least(reliability_edi_days.last, local.today - 1), interval '1 day') AS each
 ) AS past
 CROSS JOIN LATERAL (
       SELECT count(*) AS count FROM reliability_edi_document AS document
        WHERE document.type_id = expected.type_id
          AND document.backend_id = expected.backend_id
          AND document.partner_id IS NOT DISTINCT FROM expected.partner_id
          AND document.day = past.day AND document.direction = 'in'
 ) AS received
 WHERE expected.active
   AND expected.weekday = (extract(isodow FROM past.day) - 1)::integer::text
 UNION ALL
SELECT expected.id, local.today, today.baseline_by_now, today.state
  FROM reliability_edi_today() AS today
  JOIN reliability_edi_expected_document AS expected
    ON expected.id = today.expected_document_id
 CROSS JOIN LATERAL (
       SELECT (now() AT TIME ZONE reliability_edi_zone(expected.company_id))::date AS today
 ) AS local
 WHERE local.today BETWEEN reliability_edi_days.first AND reliability_edi_days.last
$$;
