-- Return why a label of a transfer must not be requested again without asking a person:
-- orphaned, the carrier has a parcel that Odoo did not save; unconfirmed, it did not answer
-- the last request and may have made one; open, another request has not ended.  NULL where
-- nothing is unsettled.  It is a function because it runs before every label, and planning
-- the query takes longer than running it.
CREATE OR REPLACE FUNCTION reliability_unsettled_label(picking integer) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    last record;
BEGIN
    SELECT attempt.outcome, attempt.transaction_state, attempt.started,
           exchange.state = 'resolved' OR exchange.is_verified IS TRUE AS is_settled
      INTO last
      FROM reliability_attempt AS attempt
      JOIN reliability_exchange AS exchange ON exchange.id = attempt.exchange_id
     WHERE exchange.res_model = 'stock.picking' AND exchange.res_id = picking
       AND exchange.operation = 'label' AND attempt.outcome IS DISTINCT FROM 'rejected'
     ORDER BY attempt.id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF EXISTS (
        SELECT FROM reliability_exchange AS exchange
          JOIN reliability_reference AS reference
            ON reference.exchange_id = exchange.id
         WHERE exchange.res_model = 'stock.picking' AND exchange.res_id = picking
           AND exchange.operation = 'label' AND reference.state = 'orphaned'
    ) THEN
        RETURN 'orphaned';
    ELSIF last.outcome = 'unknown' AND NOT last.is_settled THEN
        RETURN 'unconfirmed';
    -- If nothing is heard of a request for an hour, it has ended.
    ELSIF (last.outcome IS NULL
           OR last.outcome = 'succeeded' AND last.transaction_state IS NULL)
          AND last.started > now() AT TIME ZONE 'UTC' - interval '1 hour' THEN
        RETURN 'open';
    END IF;
    RETURN NULL;
END $$;

-- Record that no further attempt follows by itself: a person is asked first.
CREATE OR REPLACE FUNCTION reliability_label_waits_for_person(picking integer)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    waiting integer;
BEGIN
    FOR waiting IN
        UPDATE reliability_attempt SET retried = false
         WHERE retried AND exchange_id IN (
            SELECT id FROM reliability_exchange
             WHERE res_model = 'stock.picking' AND res_id = picking
               AND operation = 'label' AND state = 'retrying')
        RETURNING exchange_id
    LOOP
        PERFORM reliability_refresh_exchange(waiting);
    END LOOP;
END $$;

-- Record that Odoo uses parcels of a transfer which the carrier lists: those that were
-- orphans are none any more.
CREATE OR REPLACE FUNCTION reliability_adopt_parcels(picking integer, numbers text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changed integer;
BEGIN
    FOR changed IN
        UPDATE reliability_reference SET state = 'adopted'
         WHERE state = 'orphaned' AND name = ANY(numbers) AND exchange_id IN (
            SELECT id FROM reliability_exchange
             WHERE res_model = 'stock.picking' AND res_id = picking
               AND operation = 'label')
        RETURNING exchange_id
    LOOP
        PERFORM reliability_refresh_exchange(changed);
    END LOOP;
END $$;
