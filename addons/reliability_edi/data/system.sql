-- The partner system of a document.  These functions are called on a connection of the
-- ledger, beside the business transaction: a system that they create stays, whatever
-- happens to the document.

-- A metric code for a name that no other integration has.
CREATE OR REPLACE FUNCTION reliability_edi_code(display_name text, suffix text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    new_code text := left(trim('_' FROM regexp_replace(
        lower(coalesce(display_name, '')), '[^a-z0-9]+', '_', 'g')), 50);
BEGIN
    IF new_code !~ '^[a-z][a-z0-9_]+$' OR new_code IN ('mixed', 'other') THEN
        new_code := left(trim(TRAILING '_' FROM 'edi_' || new_code), 50);
    END IF;
    IF new_code = 'edi'
       OR EXISTS (SELECT FROM reliability_integration WHERE code = new_code) THEN
        new_code := new_code || '_' || suffix;
    END IF;
    RETURN new_code;
END $$;

-- The code of the integration for a partner, else for a backend; created where there is
-- none.  NULL where partner or backend are not committed yet.
CREATE OR REPLACE FUNCTION reliability_edi_integration(partner integer, backend integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    system_code text;
    system_name text;
BEGIN
    SELECT code INTO system_code FROM reliability_integration
     WHERE CASE WHEN partner IS NULL THEN edi_backend_id = backend
                ELSE edi_partner_id = partner END;
    IF system_code IS NOT NULL THEN
        RETURN system_code;
    END IF;
    IF partner IS NULL THEN
        SELECT name INTO system_name FROM edi_backend WHERE id = backend;
        system_code := reliability_edi_code(system_name, 'backend_' || backend);
    ELSE
        SELECT coalesce(nullif(name, ''), complete_name) INTO system_name
          FROM res_partner WHERE id = partner;
        system_code := reliability_edi_code(system_name, 'partner_' || partner);
    END IF;
    IF system_name IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO reliability_integration (
        code, name, kind, discovered, active, sequence, threshold, records_requests,
        daily_quota, max_attempts, silence_hours, failing_threshold,
        service_id, edi_partner_id, edi_backend_id, create_date, write_date
    ) VALUES (
        system_code, system_name, 'edi', false, true, 40, 5, false, 0, 5, 0, 0.1,
        (SELECT res_id FROM ir_model_data
          WHERE module = 'reliability_edi' AND name = 'service_edi'),
        partner, CASE WHEN partner IS NULL THEN backend END,
        now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
    ) ON CONFLICT DO NOTHING;
    IF FOUND AND to_regclass('orm_signaling_default') IS NOT NULL THEN
        -- Workers cache the integrations: let them read the new one.
        INSERT INTO orm_signaling_default DEFAULT VALUES;
    END IF;
    SELECT code INTO system_code FROM reliability_integration
     WHERE CASE WHEN partner IS NULL THEN edi_backend_id = backend
                ELSE edi_partner_id = partner END;
    RETURN system_code;
END $$;

-- The subject of a document: name, partner reference and partner of the record that it is
-- about.  Columns are read as JSON, since any model can be exchanged.
CREATE OR REPLACE FUNCTION reliability_edi_subject(
    model_name text, record_id integer,
    OUT name text, OUT reference text, OUT partner integer
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    subject jsonb;
BEGIN
    IF coalesce(model_name, '') = '' OR coalesce(record_id, 0) = 0 THEN
        RETURN;
    END IF;
    BEGIN
        EXECUTE format('SELECT to_jsonb(subject_row) FROM %I AS subject_row WHERE id = $1',
                       replace(model_name, '.', '_')) INTO subject USING record_id;
    EXCEPTION WHEN undefined_table OR undefined_column OR lock_not_available THEN
        RETURN;
    END;
    name := CASE WHEN jsonb_typeof(subject->'name') = 'string'
                 THEN left(subject->>'name', 200) END;
    reference := left(coalesce(subject->>'client_order_ref', subject->>'partner_ref',
                               subject->>'ref'), 200);
    SELECT coalesce(contact.commercial_partner_id, contact.id) INTO partner
      FROM res_partner AS contact
     WHERE contact.id = CASE model_name WHEN 'res.partner' THEN record_id
                             ELSE (subject->>'partner_id')::integer END;
END $$;

-- The trading partner of a document: the partner of its subject, else the only partner
-- that its type is enabled for.
CREATE OR REPLACE FUNCTION reliability_edi_partner(
    subject_partner integer, document_type integer
) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(subject_partner, (
        SELECT min(coalesce(contact.commercial_partner_id, contact.id))
          FROM edi_exchange_type_res_partner_rel AS rel
          JOIN res_partner AS contact ON contact.id = rel.res_partner_id
         WHERE rel.edi_exchange_type_id = document_type
        HAVING count(DISTINCT coalesce(contact.commercial_partner_id, contact.id)) = 1
    ))
$$;

-- The code of the partner system of a document.  A document keeps the system of its first
-- step.
CREATE OR REPLACE FUNCTION reliability_edi_system(
    document integer, document_type integer, backend integer
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    system_code text;
    subject record;
BEGIN
    SELECT integration.code INTO system_code FROM reliability_exchange AS exchange
      JOIN reliability_integration AS integration
        ON integration.id = exchange.integration_id
     WHERE exchange.res_model = 'edi.exchange.record' AND exchange.res_id = document
     ORDER BY exchange.id DESC LIMIT 1;
    IF system_code IS NOT NULL THEN
        RETURN system_code;
    END IF;
    SELECT coalesce(record.model, parent.model) AS model,
           CASE WHEN record.model IS NULL THEN parent.res_id ELSE record.res_id END AS id
      INTO subject FROM edi_exchange_record AS record
      LEFT JOIN edi_exchange_record AS parent ON parent.id = record.parent_id
     WHERE record.id = document;
    RETURN reliability_edi_integration(
        reliability_edi_partner(
            (reliability_edi_subject(subject.model, subject.id)).partner, document_type),
        backend);
END $$;

-- Register each active backend as a partner system.
CREATE OR REPLACE FUNCTION reliability_edi_register_systems() RETURNS void
LANGUAGE sql AS $$
    SELECT reliability_edi_integration(NULL, id) FROM edi_backend WHERE active
$$;
