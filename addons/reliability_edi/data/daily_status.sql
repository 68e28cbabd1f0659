-- The daily status of each partner and type of documents, which the calendar shows.
SELECT row_number() OVER (ORDER BY day, type_id, backend_id, partner_id, company_id)::integer
           AS id,
       day, type_id, backend_id, partner_id, company_id, direction, documents, failed,
       waiting, duplicates, is_missing,
       CASE WHEN failed > 0 OR is_missing THEN 'red'
            WHEN waiting > 0 OR duplicates > 0 THEN 'yellow' ELSE 'green' END AS state,
       CASE WHEN failed > 0 OR is_missing THEN 1
            WHEN waiting > 0 OR duplicates > 0 THEN 3 ELSE 10 END AS color
  FROM (
    SELECT day, type_id, backend_id, partner_id, company_id, direction,
           count(*)::integer AS documents,
           (count(*) FILTER (WHERE state = 'failed'
                OR acknowledgement_due < now() AT TIME ZONE 'UTC'))::integer AS failed,
           (count(*) FILTER (WHERE state IN ('waiting', 'awaiting')
                AND (acknowledgement_due IS NULL
                     OR acknowledgement_due >= now() AT TIME ZONE 'UTC')))::integer AS waiting,
           (count(*) FILTER (WHERE is_duplicate))::integer AS duplicates,
           false AS is_missing
      FROM reliability_edi_document
     WHERE state <> 'gone'
     GROUP BY 1, 2, 3, 4, 5, 6
     UNION ALL
    -- Days on which an expected document was not received.
    SELECT calendar.day, expected.type_id, expected.backend_id, expected.partner_id,
           expected.company_id, 'in', 0, 0, 0, 0, true
      FROM reliability_edi_expected_document AS expected
     CROSS JOIN LATERAL (
           SELECT now() AT TIME ZONE reliability_edi_zone(expected.company_id) AS moment
     ) AS local
     CROSS JOIN LATERAL (
           SELECT day::date AS day FROM generate_series(
               greatest(expected.since, local.moment::date - 60), local.moment::date,
               interval '1 day') AS day
     ) AS calendar
     WHERE expected.active
       AND expected.weekday = (extract(isodow FROM calendar.day) - 1)::integer::text
       AND (calendar.day < local.moment::date
            OR extract(epoch FROM local.moment::time) >= expected.hour * 3600)
       AND NOT EXISTS (
           SELECT FROM reliability_edi_document AS document
            WHERE document.type_id = expected.type_id
              AND document.backend_id = expected.backend_id
              AND document.partner_id IS NOT DISTINCT FROM expected.partner_id
              AND document.day = calendar.day AND document.direction = 'in')
       AND NOT EXISTS (
           SELECT FROM resource_calendar_leaves AS leave
            WHERE leave.resource_id IS NULL
              AND leave.company_id IS NOT DISTINCT FROM expected.company_id
              AND calendar.day BETWEEN leave.date_from::date AND leave.date_to::date)
  ) AS days
