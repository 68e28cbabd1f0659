-- Which documents normally come, and which of them have not.

-- Learn from eight weeks, for each partner, type and day of the week.  What somebody has
-- set is left as it is.
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
    SELECT type_id, backend_id, partner_id, company_id, min(day) AS begun
      FROM days GROUP BY 1, 2, 3, 4
),
learned AS (
    SELECT days.type_id, days.backend_id, days.partner_id, days.company_id,
           (extract(isodow FROM day) - 1)::integer AS weekday,
           count(*) AS came, min(streams.begun) AS begun, min(today) AS today,
           percentile_disc(0.9) WITHIN GROUP (ORDER BY first) AS first,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY documents) AS usual
      FROM days JOIN streams USING (type_id, backend_id)
     WHERE streams.partner_id IS NOT DISTINCT FROM days.partner_id
       AND streams.company_id IS NOT DISTINCT FROM days.company_id
     GROUP BY 1, 2, 3, 4, 5
),
-- How many there usually are by the end of each hour.
hours AS (
    SELECT days.type_id, days.backend_id, days.partner_id, days.company_id,
           (extract(isodow FROM day) - 1)::integer AS weekday, hour,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY (
               SELECT count(*) FROM unnest(minutes) AS minute
                WHERE minute < (hour + 1) * 60)) AS by_then
      FROM days CROSS JOIN generate_series(0, 23) AS hour
     GROUP BY 1, 2, 3, 4, 5, 6
)
INSERT INTO reliability_edi_expected_document AS known (
    type_id, backend_id, partner_id, company_id, weekday, hour, usual, by_hour, since,
    learned, active
)
SELECT learned.type_id, learned.backend_id, learned.partner_id, learned.company_id,
       learned.weekday::text,
       -- A quarter of an hour later than on nine days of ten, on a quarter.
       least(ceil((first + 15) / 15.0) / 4.0, 23.75), usual,
       (SELECT jsonb_agg(by_then ORDER BY hour) FROM hours
         WHERE hours.type_id = learned.type_id AND hours.backend_id = learned.backend_id
           AND hours.partner_id IS NOT DISTINCT FROM learned.partner_id
           AND hours.company_id IS NOT DISTINCT FROM learned.company_id
           AND hours.weekday = learned.weekday),
       begun, true, true
  FROM learned
 WHERE came >= 3
   AND came >= 0.75 * (SELECT count(*) FROM generate_series(
           greatest(begun, today - 56), today - 1, interval '1 day') AS of
        WHERE extract(isodow FROM of) - 1 = weekday)
ON CONFLICT (type_id, backend_id, coalesce(partner_id, 0), coalesce(company_id, 0), weekday)
DO UPDATE SET hour = excluded.hour, usual = excluded.usual, by_hour = excluded.by_hour
 WHERE known.learned
$$;

-- What was expected today, what came of it, and whether that is too little.  A function,
-- so that PostgreSQL plans it for a day and not for all of history.
CREATE FUNCTION reliability_edi_today(at timestamptz DEFAULT now()) RETURNS TABLE (
    expectation_id integer, came bigint, usual_by_now integer, last timestamp, state text
) LANGUAGE sql STABLE SET jit = off AS $$
WITH expected AS (
    SELECT of.*, local.moment, extract(epoch FROM local.moment::time) / 3600 AS now,
           -- What has come by the end of the last full hour; before it, nothing.
           coalesce((of.by_hour->>nullif(
               extract(hour FROM local.moment)::integer - 1, -1))::integer, 0) AS by_now
      FROM reliability_edi_expected_document AS of
     CROSS JOIN LATERAL (
           SELECT at AT TIME ZONE reliability_edi_zone(of.company_id) AS moment
     ) AS local
     WHERE of.active
       AND of.weekday = (extract(isodow FROM local.moment) - 1)::integer::text
)
SELECT expected.id, today.came, by_now,
       (SELECT max(before.came) FROM reliability_edi_document AS before
         WHERE before.type_id = expected.type_id
           AND before.backend_id = expected.backend_id
           AND before.partner_id IS NOT DISTINCT FROM expected.partner_id
           AND before.direction = 'in' AND before.day > moment::date - 60
           AND before.came <= at AT TIME ZONE 'UTC'),
       CASE
           WHEN EXISTS (
               SELECT FROM resource_calendar_leaves AS leave
                WHERE leave.resource_id IS NULL
                  AND leave.company_id IS NOT DISTINCT FROM expected.company_id
                  AND at AT TIME ZONE 'UTC' BETWEEN leave.date_from AND leave.date_to
           ) THEN 'holiday'
           WHEN today.came = 0 AND expected.now >= expected.hour THEN 'missing'
           WHEN by_now >= 4 AND today.came * 2 < by_now THEN 'few'
           WHEN today.came = 0 THEN 'expected'
           ELSE 'came'
       END
  FROM expected
 CROSS JOIN LATERAL (
       SELECT count(*) AS came FROM reliability_edi_document AS document
        WHERE document.type_id = expected.type_id
          AND document.backend_id = expected.backend_id
          AND document.partner_id IS NOT DISTINCT FROM expected.partner_id
          AND document.day = moment::date AND document.direction = 'in'
          AND document.came <= at AT TIME ZONE 'UTC'
 ) AS today
$$;
