-- Whom a document is exchanged with.  Asked beside the transaction, so what it makes is
-- there whatever becomes of the document.

-- A code that no other integration has.
CREATE OR REPLACE FUNCTION reliability_edi_code(its_name text, otherwise text)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    its_code text := left(trim('_' FROM regexp_replace(
        lower(coalesce(its_name, '')), '[^a-z0-9]+', '_', 'g')), 50);
BEGIN
    IF its_code !~ '^[a-z][a-z0-9_]+$' OR its_code IN ('mixed', 'other') THEN
        its_code := left(trim(TRAILING '_' FROM 'edi_' || its_code), 50);
    END IF;
    IF its_code = 'edi'
       OR EXISTS (SELECT FROM reliability_integration WHERE code = its_code) THEN
        its_code := its_code || '_' || otherwise;
    END IF;
    RETURN its_code;
END $$;

-- The code of the integration of a partner, else of a backend; made where there is none.
CREATE OR REPLACE FUNCTION reliability_edi_integration(partner integer, backend integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    its_code text;
    its_name text;
BEGIN
    SELECT code INTO its_code FROM reliability_integration
     WHERE CASE WHEN partner IS NULL THEN edi_backend_id = backend
                ELSE edi_partner_id = partner END;
    IF its_code IS NOT NULL THEN
        RETURN its_code;
    END IF;
    IF partner IS NULL THEN
        SELECT name INTO its_name FROM edi_backend WHERE id = backend;
        its_code := reliability_edi_code(its_name, 'backend_' || backend);
    ELSE
        SELECT coalesce(nullif(name, ''), complete_name) INTO its_name
          FROM res_partner WHERE id = partner;
        its_code := reliability_edi_code(its_name, 'partner_' || partner);
    END IF;
    IF its_name IS NULL THEN
        RETURN NULL;  -- it is not committed yet
    END IF;
    INSERT INTO reliability_integration (
        code, name, kind, discovered, active, sequence, threshold, records_calls,
        keeps_excerpts, daily_quota, most_tries, silence_hours, failing_threshold,
        service_id, edi_partner_id, edi_backend_id, create_date, write_date
    ) VALUES (
        its_code, its_name, 'edi', false, true, 40, 5, false, false, 0, 5, 0, 0.1,
        (SELECT res_id FROM ir_model_data
          WHERE module = 'reliability' AND name = 'service_edi'),
        partner, CASE WHEN partner IS NULL THEN backend END,
        now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
    ) ON CONFLICT DO NOTHING;
    IF FOUND AND to_regclass('orm_signaling_default') IS NOT NULL THEN
        INSERT INTO orm_signaling_default DEFAULT VALUES;  -- workers remember them
    END IF;
    SELECT code INTO its_code FROM reliability_integration
     WHERE CASE WHEN partner IS NULL THEN edi_backend_id = backend
                ELSE edi_partner_id = partner END;
    RETURN its_code;
END $$;

-- What a document is about: what people call it, the partner's own number, and who that
-- is.  Read as it is, since any model can be exchanged.
CREATE OR REPLACE FUNCTION reliability_edi_about(
    its_model text, its_id integer, OUT name text, OUT reference text, OUT partner integer
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    about jsonb;
BEGIN
    IF coalesce(its_model, '') = '' OR coalesce(its_id, 0) = 0 THEN
        RETURN;
    END IF;
    BEGIN
        EXECUTE format('SELECT to_jsonb(about) FROM %I AS about WHERE id = $1',
                       replace(its_model, '.', '_')) INTO about USING its_id;
    EXCEPTION WHEN undefined_table OR undefined_column OR lock_not_available THEN
        RETURN;
    END;
    name := CASE WHEN jsonb_typeof(about->'name') = 'string'
                 THEN left(about->>'name', 200) END;
    reference := left(coalesce(about->>'client_order_ref', about->>'partner_ref',
                               about->>'ref'), 200);
    SELECT coalesce(of.commercial_partner_id, of.id) INTO partner FROM res_partner AS of
     WHERE of.id = CASE its_model WHEN 'res.partner' THEN its_id
                        ELSE (about->>'partner_id')::integer END;
END $$;

-- The company or person that a document is for or from: that of what it is about, else
-- the only one that its type is for.
CREATE OR REPLACE FUNCTION reliability_edi_partner(about_partner integer, its_type integer)
RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(about_partner, (
        SELECT min(coalesce(of.commercial_partner_id, of.id))
          FROM edi_exchange_type_res_partner_rel AS rel
          JOIN res_partner AS of ON of.id = rel.res_partner_id
         WHERE rel.edi_exchange_type_id = its_type
        HAVING count(DISTINCT coalesce(of.commercial_partner_id, of.id)) = 1
    ))
$$;

-- The code of whom a step of a document is done with.  What was begun with one goes on
-- with it.
CREATE OR REPLACE FUNCTION reliability_edi_system(
    document integer, its_type integer, its_backend integer
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    its_code text;
    about record;
BEGIN
    SELECT integration.code INTO its_code FROM reliability_exchange AS exchange
      JOIN reliability_integration AS integration
        ON integration.id = exchange.integration_id
     WHERE exchange.res_model = 'edi.exchange.record' AND exchange.res_id = document
     ORDER BY exchange.id DESC LIMIT 1;
    IF its_code IS NOT NULL THEN
        RETURN its_code;
    END IF;
    SELECT coalesce(record.model, parent.model) AS model,
           CASE WHEN record.model IS NULL THEN parent.res_id ELSE record.res_id END AS id
      INTO about FROM edi_exchange_record AS record
      LEFT JOIN edi_exchange_record AS parent ON parent.id = record.parent_id
     WHERE record.id = document;
    RETURN reliability_edi_integration(
        reliability_edi_partner(
            (reliability_edi_about(about.model, about.id)).partner, its_type),
        its_backend);
END $$;

-- Let the backends that there are be known.
CREATE OR REPLACE FUNCTION reliability_edi_register_systems() RETURNS void
LANGUAGE sql AS $$
    SELECT reliability_edi_integration(NULL, id) FROM edi_backend WHERE active
$$;
