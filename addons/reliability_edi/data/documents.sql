-- Maintenance of reliability_edi_document, which the collector calls every few seconds,
-- outside of business transactions.

-- The time zone of a company: that of its working hours.
CREATE FUNCTION reliability_edi_zone(company integer) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT calendar.tz FROM res_company
          JOIN resource_calendar AS calendar ON calendar.id = resource_calendar_id
         WHERE res_company.id = company
            OR company IS NULL AND res_company.id = (SELECT min(id) FROM res_company)
    ), 'UTC')
$$;

-- The state of a document that users see, from the state of the framework.
CREATE FUNCTION reliability_edi_state(edi_state text, needs_acknowledgement boolean)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN edi_state IN ('input_processed', 'output_sent_and_processed') THEN 'done'
        WHEN edi_state = 'output_sent' AND needs_acknowledgement THEN 'awaiting'
        WHEN edi_state = 'output_sent' THEN 'done'
        WHEN edi_state LIKE '%error%' THEN 'failed'
        ELSE 'waiting'
    END
$$;

-- The HTTP status of the last request for a document, as the ledger knows it.
CREATE FUNCTION reliability_edi_http_status(record_id integer) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT attempt.status FROM reliability_exchange AS exchange
      JOIN reliability_attempt AS attempt ON attempt.exchange_id = exchange.id
     WHERE exchange.res_model = 'edi.exchange.record' AND exchange.res_id = record_id
     ORDER BY attempt.id DESC LIMIT 1
$$;

-- The class of an error: a code whose sentences are in models/error_hints.py.  Errors come
-- from libraries, partners and handlers that this addon does not know: what is certain
-- comes first, which is the HTTP status; then what a text can mean nothing else by.
CREATE FUNCTION reliability_edi_error_class(error text, status integer) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN http = 429 THEN 'too_many_requests'
        WHEN http IN (401, 403, 407, 511) THEN 'access_denied'
        WHEN http IN (404, 410) THEN 'not_found'
        WHEN http = 408 THEN 'no_answer'
        WHEN http >= 500 THEN 'partner_fault'
        WHEN http >= 400 THEN 'refused'
        -- A page of a web server, in the place of a document or of an answer.
        WHEN error ~* '<!doctype html|<html|bad gateway|service unavailable'
                      '|internal server error|gateway time-?out' THEN 'partner_fault'
        WHEN error ~* 'could not serialize|deadlock|could not obtain lock|lock timeout'
            THEN 'conflict'
        WHEN error ~* 'unexpected keyword|positional argument|has no attribute|nonetype'
                      '|is not (subscriptable|iterable|callable|defined)|unsupported operand'
                      '|relation .* does not exist|no space left|too many connections'
                      '|cursor already closed' THEN 'odoo_fault'
        WHEN error ~* 'you are not allowed to|security restrictions'
                      '|doesn.t have .* access' THEN 'no_right'
        WHEN error ~* 'no such file|file ?not ?found|errno 2\y' THEN 'not_found'
        -- Before what follows: a file that is no document may contain any word.
        WHEN error ~* 'decode|codec|encoding|syntax|pars(e|ing)|not well-formed|malformed'
                      '|\yunb\y|\ysegment|\yjson|\yxml|\ycsv|start tag'
                      '|not an? (edifact|order)|unexpected|expecting' THEN 'unreadable'
        WHEN error ~* 'certificate|\yssl|\ytls' THEN 'certificate'
        WHEN error ~* 'timed? ?out|timeout|max retries|name or service|unreachable'
                      '|connection (refused|reset|aborted|broken)|remote end closed'
            THEN 'no_answer'
        WHEN error ~* 'unauthori[sz]ed|forbidden|permission denied|authentication'
                      '|invalid credentials|login failed' THEN 'access_denied'
        WHEN error ~* 'already (exists|been)|duplicate key|unique constraint|must be unique'
            THEN 'exists_already'
        WHEN error ~* 'product|article|item .*not found|barcode|\y(ean|gtin|sku)\y'
            THEN 'unknown_product'
        WHEN error ~* 'unit of measure|\yuom\y|\yunit code\y' THEN 'unknown_unit'
        WHEN error ~* 'partner|customer|supplier|buyer|\y(gln|vat)\y' THEN 'unknown_party'
        WHEN error ~* 'required|mandatory|missing|empty' THEN 'incomplete'
        ELSE 'other'
    END
      FROM (SELECT CASE WHEN status >= 400 THEN status ELSE (regexp_match(
               error, '(?:^|\y(?:http|status|code|error)\W{0,3})([45]\d\d)\y', 'i'
           ))[1]::integer END AS http) AS answer
$$;

-- Insert or update the documents of some exchange records.
CREATE FUNCTION reliability_edi_record_documents(records integer[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    -- MD5 of an empty file: documents without content are no duplicates.
    empty text := 'd41d8cd98f00b204e9800998ecf8427e';
BEGIN
    INSERT INTO reliability_edi_document AS document (
        record_id, identifier, number, type_id, backend_id, partner_id, company_id,
        direction, document_model, document_id, document_name, reference, edi_state,
        state, error, error_class, checksum, received, day, minute, exchanged, acknowledgement_due,
        is_duplicate, changed
    )
    SELECT record.id, record.identifier,
           left(coalesce(nullif(record.external_identifier, ''),
                         nullif(record.exchange_filename, ''), record.identifier), 200),
           record.type_id, record.backend_id,
           reliability_edi_partner(subject.partner, record.type_id),
           coalesce(record.company_id, backend.company_id),
           CASE type.direction WHEN 'input' THEN 'in' ELSE 'out' END,
           coalesce(record.model, parent.model),
           CASE WHEN record.model IS NULL THEN parent.res_id ELSE record.res_id END,
           subject.name, subject.reference, record.edi_exchange_state,
           reliability_edi_state(record.edi_exchange_state, type.ack_type_id IS NOT NULL
                                 AND record.ack_exchange_id IS NULL),
           nullif(record.exchange_error, ''),
           CASE WHEN record.exchange_error <> '' OR record.edi_exchange_state LIKE '%error%'
                THEN reliability_edi_error_class(coalesce(record.exchange_error, ''),
                                                 reliability_edi_http_status(record.id))
           END, nullif(record.exchange_filechecksum, empty),
           record.create_date, local.moment::date,
           (extract(hour FROM local.moment) * 60
            + extract(minute FROM local.moment))::integer,
           record.exchanged_on,
           CASE WHEN type.ack_type_id IS NOT NULL AND record.ack_exchange_id IS NULL
                     AND type.reliability_acknowledgement_hours > 0
                     AND record.edi_exchange_state LIKE 'output_sent%'
                THEN coalesce(record.exchanged_on, record.write_date)
                     + type.reliability_acknowledgement_hours * interval '1 hour' END,
           false, record.write_date
      FROM edi_exchange_record AS record
      JOIN edi_exchange_type AS type ON type.id = record.type_id
      JOIN edi_backend AS backend ON backend.id = record.backend_id
      LEFT JOIN edi_exchange_record AS parent ON parent.id = record.parent_id
     CROSS JOIN LATERAL reliability_edi_subject(
           coalesce(record.model, parent.model),
           CASE WHEN record.model IS NULL THEN parent.res_id ELSE record.res_id END
     ) AS subject
     CROSS JOIN LATERAL (
           SELECT record.create_date AT TIME ZONE 'UTC' AT TIME ZONE
                  reliability_edi_zone(coalesce(record.company_id, backend.company_id))
                  AS moment
     ) AS local
     WHERE record.id = ANY(records)
    ON CONFLICT (record_id) DO UPDATE SET
        number = excluded.number, partner_id = excluded.partner_id,
        company_id = excluded.company_id, document_model = excluded.document_model,
        document_id = excluded.document_id, document_name = excluded.document_name,
        reference = excluded.reference, edi_state = excluded.edi_state,
        state = excluded.state, error = excluded.error,
        error_class = excluded.error_class, checksum = excluded.checksum,
        exchanged = excluded.exchanged,
        -- Without the time of sending it is that of a change: a later one is no sending.
        acknowledgement_due = CASE
            WHEN excluded.exchanged IS NULL AND excluded.acknowledgement_due IS NOT NULL
                THEN least(document.acknowledgement_due, excluded.acknowledgement_due)
            ELSE excluded.acknowledgement_due END,
        changed = excluded.changed;
    -- Duplicates: the same content, or the same partner reference for another record.
    UPDATE reliability_edi_document AS document SET is_duplicate = true
     WHERE record_id = ANY(records) AND direction = 'in' AND NOT is_duplicate
       AND EXISTS (
           SELECT FROM reliability_edi_document AS earlier
            WHERE earlier.type_id = document.type_id
              AND earlier.record_id < document.record_id
              AND earlier.backend_id = document.backend_id
              AND earlier.received > document.received - interval '60 days'
              AND earlier.checksum = document.checksum
       );
    UPDATE reliability_edi_document AS document SET is_duplicate = true
     WHERE record_id = ANY(records) AND direction = 'in' AND NOT is_duplicate
       AND reference <> '' AND EXISTS (
           SELECT FROM reliability_edi_document AS earlier
            WHERE earlier.type_id = document.type_id
              AND earlier.record_id < document.record_id
              AND earlier.partner_id = document.partner_id
              AND earlier.received > document.received - interval '60 days'
              AND earlier.reference = document.reference
              AND earlier.document_id <> document.document_id
       );
END $$;

-- Maintenance function: records new and changed documents, and errors from the ledger.
CREATE FUNCTION reliability_maintain_edi() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Two hours before the last change that is recorded: a long transaction commits rows
    -- whose write_date is that of its beginning.
    PERFORM reliability_edi_record_documents(array(
        SELECT record.id FROM edi_exchange_record AS record
          LEFT JOIN reliability_edi_document AS document ON document.record_id = record.id
         WHERE record.write_date > coalesce(
                   (SELECT max(changed) - interval '2 hours' FROM reliability_edi_document),
                   now() AT TIME ZONE 'UTC' - interval '400 days')
           AND document.changed IS DISTINCT FROM record.write_date
         ORDER BY record.write_date LIMIT 2000
    ));
    -- The error of a rolled back transaction is only in the ledger.
    UPDATE reliability_edi_document AS document
       SET state = CASE WHEN last.state IN ('failed', 'unknown') THEN 'failed'
                        ELSE 'waiting' END,
           error = last.last_error,
           error_class = CASE WHEN last.state <> 'open' OR last.last_error <> ''
                              THEN reliability_edi_error_class(
                                  coalesce(last.last_error, ''),
                                  reliability_edi_http_status(waiting.record_id)) END
      FROM reliability_edi_document AS waiting
     CROSS JOIN LATERAL (
           SELECT exchange.state, exchange.last_error, exchange.ended
             FROM reliability_exchange AS exchange
            WHERE exchange.res_model = 'edi.exchange.record'
              AND exchange.res_id = waiting.record_id
            ORDER BY exchange.id DESC LIMIT 1
     ) AS last
     WHERE document.id = waiting.id
       AND waiting.edi_state IN ('new', 'input_pending', 'input_received', 'output_pending')
       AND waiting.state IN ('waiting', 'failed')
       AND last.state IN ('failed', 'unknown', 'retrying', 'rejected', 'open')
       AND (document.state, document.error) IS DISTINCT FROM (
           CASE WHEN last.state IN ('failed', 'unknown') THEN 'failed' ELSE 'waiting' END,
           last.last_error);
    UPDATE reliability_edi_document AS document SET state = 'gone'
     WHERE state IN ('waiting', 'failed', 'awaiting')
       AND NOT EXISTS (SELECT FROM edi_exchange_record WHERE id = document.record_id);
END $$;
