-- The functions that write the ledger.  Each is called on a connection of its own, beside
-- the transaction of Odoo, and is committed at once.  Each may be called twice with the
-- same message: the second call changes nothing.

-- The identity of this database.  Transaction ids are valid in one database only: in a
-- copy, or in a dump that is restored elsewhere, the same ids are other transactions.
CREATE OR REPLACE FUNCTION reliability_database_identity() RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT has_function_privilege('pg_control_system()', 'EXECUTE') THEN
        RETURN NULL;  -- the self-check says so
    END IF;
    RETURN (SELECT system_identifier || '/' || oid
              FROM pg_control_system(), pg_database WHERE datname = current_database());
END $$;

-- Derive the state of an exchange from its attempts: the last attempt decides.  The
-- first error is never overwritten.
CREATE OR REPLACE FUNCTION reliability_refresh_exchange(exchange integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    last_attempt record;
    earlier record;
    totals record;
    orphans integer;
BEGIN
    -- Of two attempts that end at the same time, the second reads what the first wrote.
    PERFORM FROM reliability_exchange WHERE id = exchange FOR UPDATE;
    SELECT outcome, transaction_state, retried INTO last_attempt
      FROM reliability_attempt
     WHERE exchange_id = exchange ORDER BY started DESC, id DESC LIMIT 1;
    -- An attempt that Odoo refused does not tell what became of one without an answer.
    IF last_attempt.outcome = 'rejected' THEN
        SELECT outcome, transaction_state, retried INTO earlier
          FROM reliability_attempt
         WHERE exchange_id = exchange AND outcome <> 'rejected'
         ORDER BY started DESC, id DESC LIMIT 1;
        IF earlier.outcome = 'unknown' AND NOT EXISTS (
            SELECT FROM reliability_exchange WHERE id = exchange AND is_verified
        ) THEN
            last_attempt := earlier;
        END IF;
    END IF;
    SELECT count(*) AS attempts, max(ended) AS ended, sum(attempt.seconds) AS seconds,
           bool_or(outcome = 'unknown') AS has_unknown,
           (array_agg(error_message ORDER BY started, id)
               FILTER (WHERE error_message <> ''))[1] AS first_error,
           (array_agg(error_message ORDER BY started DESC, id DESC)
               FILTER (WHERE error_message <> ''))[1] AS last_error,
           (array_agg(CASE WHEN status >= 400 THEN 'HTTP ' || status
                           ELSE error_class END ORDER BY started DESC, id DESC)
               FILTER (WHERE error_class <> '' OR status >= 400))[1] AS error_class
      INTO totals FROM reliability_attempt AS attempt WHERE exchange_id = exchange;
    SELECT count(*) INTO orphans FROM reliability_reference AS reference
     WHERE exchange_id = exchange AND reference.state = 'orphaned';
    UPDATE reliability_exchange AS stored SET
        state = CASE
            WHEN stored.state = 'resolved' AND stored.attempt_count = totals.attempts
                THEN 'resolved'
            WHEN last_attempt.outcome IS NULL THEN 'open'
            WHEN last_attempt.transaction_state IS NULL
                AND last_attempt.outcome = 'succeeded'
                AND stored.repeatable <> 'safe' THEN 'open'
            WHEN last_attempt.retried THEN 'retrying'
            WHEN last_attempt.outcome = 'succeeded' AND (stored.repeatable = 'safe'
                OR last_attempt.transaction_state = 'committed') THEN 'succeeded'
            WHEN stored.next_attempt IS NOT NULL THEN 'retrying'
            WHEN last_attempt.outcome <> 'succeeded' THEN last_attempt.outcome
            WHEN last_attempt.transaction_state = 'rolled_back' THEN 'failed'
            ELSE 'unknown'
        END,
        attempt_count = totals.attempts,
        orphan_count = orphans,
        is_possibly_duplicated = stored.repeatable = 'unsafe' AND totals.has_unknown
            AND last_attempt.transaction_state = 'committed'
            AND last_attempt.outcome = 'succeeded' AND stored.state <> 'resolved'
            AND NOT coalesce(stored.is_verified, false),
        first_error = coalesce(stored.first_error, totals.first_error),
        last_error = coalesce(totals.last_error, stored.last_error),
        error_class = coalesce(totals.error_class, stored.error_class),
        ended = totals.ended,
        seconds = totals.seconds
     WHERE stored.id = exchange;
END $$;

-- Read the name, the company and the warehouse of a record, as committed.  Empty, with
-- is_committed false, where the record is not committed.  The statement is not prepared,
-- although planning it takes longer than reading one row: a pooler may give this
-- connection to somebody else, who must find nothing of ours on it.
CREATE OR REPLACE FUNCTION reliability_describe_record(
    message jsonb, OUT is_committed boolean, OUT name text, OUT company integer,
    OUT warehouse text
) LANGUAGE plpgsql AS $$
DECLARE
    record_warehouse integer;
BEGIN
    is_committed := false;
    IF coalesce(message->>'table', '') = '' OR coalesce(message->>'ids', '') = '' THEN
        RETURN;
    END IF;
    EXECUTE format(
        'SELECT true, %s::text, %s::integer, %s::integer FROM %I WHERE id = $1',
        CASE WHEN message->>'name_column' <> ''
             THEN quote_ident(message->>'name_column') ELSE '''''' END,
        CASE WHEN (message->>'has_company_id')::boolean
             THEN 'company_id' ELSE 'NULL' END,
        CASE WHEN (message->>'has_warehouse_id')::boolean
             THEN 'warehouse_id' ELSE 'NULL' END,
        message->>'table'
    ) INTO is_committed, name, company, record_warehouse
      USING split_part(message->>'ids', ',', 1)::integer;
    is_committed := coalesce(is_committed, false);
    IF record_warehouse IS NOT NULL AND to_regclass('stock_warehouse') IS NOT NULL THEN
        SELECT code INTO warehouse FROM stock_warehouse WHERE id = record_warehouse;
    END IF;
EXCEPTION WHEN undefined_column OR undefined_table OR lock_not_available THEN
    is_committed := false;
END $$;

-- Return the exchange that an attempt belongs to: the last one with the same identity
-- that is not finished, else a new one.
CREATE OR REPLACE FUNCTION reliability_find_or_create_exchange(
    message jsonb, OUT exchange integer, OUT is_new boolean
) LANGUAGE plpgsql AS $$
DECLARE
    described record;
    exchange_identity text;
    integration integer;
BEGIN
    is_new := false;
    SELECT * INTO described FROM reliability_describe_record(message);
    exchange_identity := CASE
        WHEN coalesce(message->>'key', '') <> '' THEN 'key ' || (message->>'key')
        -- A record that is not committed has another id at the next attempt.
        WHEN described.is_committed THEN 'record ' || (message->>'model') || ' ' ||
            CASE WHEN length(message->>'ids') > 100
                 THEN md5(message->>'ids') ELSE message->>'ids' END
        WHEN coalesce(message->>'retry_scope', '') <> ''
            THEN 'retry scope ' || (message->>'retry_scope')
        ELSE 'attempt ' || (message->>'uid')
    END || CASE WHEN (message->>'ordinal')::integer > 0
                THEN ' ' || (message->>'ordinal') ELSE '' END;
    exchange_identity := left(exchange_identity, 250);
    -- Serializes two attempts with the same identity that begin at the same time.
    PERFORM pg_advisory_xact_lock(hashtextextended(
        concat_ws('|', message->>'integration', message->>'operation',
                  exchange_identity), 1937075312));
    integration := reliability_find_or_create_integration(
        message->>'integration', message->>'integration', '');
    SELECT id INTO exchange FROM reliability_exchange
     WHERE integration_id = integration AND operation = message->>'operation'
       AND direction = message->>'direction' AND identity = exchange_identity
     ORDER BY id DESC LIMIT 1;
    IF exchange IS NOT NULL THEN
        PERFORM FROM reliability_exchange WHERE id = exchange
            AND state IN ('open', 'retrying', 'failed', 'unknown', 'rejected')
            FOR UPDATE;
        IF FOUND THEN
            UPDATE reliability_exchange SET next_attempt = NULL
             WHERE id = exchange AND next_attempt IS NOT NULL;
            RETURN;
        END IF;
    END IF;
    INSERT INTO reliability_exchange (
        integration_id, operation, direction, identity, res_model, res_id, res_name,
        company_id, warehouse, deadline, repeatable, retry_method, state,
        counted_state, attempt_count, orphan_count, started, seconds
    ) VALUES (
        integration, message->>'operation', message->>'direction', exchange_identity,
        coalesce(message->>'model', ''),
        CASE WHEN message->>'ids' ~ '^\d+$' THEN (message->>'ids')::integer END,
        coalesce(nullif(described.name, ''), message->>'description', message->>'key',
                 ''),
        coalesce(described.company, (message->>'company')::integer, (
            SELECT company_id FROM res_users
             WHERE id = (message->>'user')::integer)),
        coalesce(nullif(message->>'warehouse', ''), described.warehouse, ''),
        (message->>'deadline')::timestamptz AT TIME ZONE 'UTC',
        coalesce(message->>'repeatable', 'unsafe'),
        coalesce(message->>'retry_method', ''), 'open', '', 1, 0,
        reliability_database_time(message->>'started'), 0
    ) RETURNING id INTO exchange;
    is_new := true;
END $$;

-- Convert a time of a host, in seconds since 1970, into a timestamp as Odoo stores it:
-- UTC, without time zone.  It is a time of this database's clock: who sends a message sets
-- reliability.host_clock to the time of its own clock, which may be hours off.
CREATE OR REPLACE FUNCTION reliability_database_time(seconds text) RETURNS timestamp
LANGUAGE sql STABLE AS $$
    SELECT (now() - interval '1 s' * (coalesce(
        nullif(current_setting('reliability.host_clock', true), '')::double precision,
        extract(epoch FROM now())) - seconds::double precision)) AT TIME ZONE 'UTC'
$$;

-- Return the integration with a code; create it where there is none.
CREATE OR REPLACE FUNCTION reliability_find_or_create_integration(
    integration_code text, integration_name text, patterns text
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    integration integer;
BEGIN
    SELECT id INTO integration FROM reliability_integration
     WHERE code = integration_code;
    IF integration IS NULL THEN
        INSERT INTO reliability_integration (
            code, name, kind, host_patterns, discovered, active, sequence, threshold,
            records_requests, daily_quota, max_attempts, silence_hours,
            failing_threshold, create_date, write_date
        ) VALUES (
            integration_code, integration_name, 'other', patterns, true, true, 100, 2,
            false, 0, 5, 0, 0.1, now() AT TIME ZONE 'UTC',
            now() AT TIME ZONE 'UTC'
        ) ON CONFLICT (code) DO NOTHING RETURNING id INTO integration;
        IF integration IS NULL THEN
            SELECT id INTO integration FROM reliability_integration
             WHERE code = integration_code;
        END IF;
    END IF;
    RETURN integration;
END $$;

-- Create an integration, to be named by an administrator, for a host that matches none.
CREATE OR REPLACE FUNCTION reliability_discover_host(host text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM reliability_integration WHERE discovered) < 100 THEN
        PERFORM reliability_find_or_create_integration(
            left('host_' || regexp_replace(lower(host), '[^a-z0-9]+', '_', 'g'), 60),
            left(host, 200), left(lower(host), 200));
    END IF;
END $$;

-- Record an attempt.  A message holds all that is known of the attempt so far; what the
-- ledger has from an earlier message is not changed, what it has presumed is.
CREATE OR REPLACE FUNCTION reliability_record_attempt(message jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    attempt reliability_attempt;
    exchange integer;
    is_new boolean;
    is_further_attempt boolean := false;
    created jsonb;
BEGIN
    SELECT * INTO attempt FROM reliability_attempt
     WHERE uid = message->>'uid' FOR UPDATE;
    IF attempt.id IS NULL THEN
        SELECT * INTO exchange, is_new
          FROM reliability_find_or_create_exchange(message);
        is_further_attempt := NOT is_new;
        INSERT INTO reliability_attempt (
            uid, exchange_id, started, host, pid, worker, job, user_id, transaction_id,
            database_identity, presumed, is_state_presumed, retried, calls, status
        ) VALUES (
            message->>'uid', exchange, reliability_database_time(message->>'started'),
            coalesce(message->>'host', ''), (message->>'pid')::integer,
            coalesce(message->>'worker', ''), coalesce(message->>'job', ''),
            (message->>'user')::integer, message->>'transaction_id',
            -- A message without one comes from a worker, while its transaction is open.
            coalesce(message->>'database_identity', reliability_database_identity()),
            false, false, false, 0, 0
        ) ON CONFLICT (uid) DO NOTHING RETURNING * INTO attempt;
        IF attempt.id IS NULL THEN  -- the outbox has delivered this message meanwhile
            SELECT * INTO attempt FROM reliability_attempt
             WHERE uid = message->>'uid' FOR UPDATE;
        END IF;
    END IF;
    IF message ? 'outcome' AND (attempt.outcome IS NULL OR attempt.presumed) THEN
        -- What was verified of earlier attempts says nothing of this one.
        IF attempt.outcome IS NULL AND message->>'outcome' = 'unknown' THEN
            UPDATE reliability_exchange SET is_verified = false
             WHERE id = attempt.exchange_id AND is_verified;
        END IF;
        UPDATE reliability_attempt SET
            outcome = message->>'outcome', presumed = false,
            seconds = (message->>'seconds')::double precision,
            ended = started
                + (message->>'seconds')::double precision * interval '1 s',
            status = (message->>'status')::integer,
            calls = (message->>'calls')::integer,
            external_seconds = (message->>'external_seconds')::double precision,
            error_class = message->>'error_class',
            error_message = message->>'error_message',
            transaction_id = coalesce(message->>'transaction_id', transaction_id),
            -- The transaction that it ended in may be another one.
            transaction_state = CASE WHEN is_state_presumed IS NOT TRUE
                                     THEN transaction_state END,
            is_state_presumed = false,
            request = message->>'request', answer = message->>'answer'
         WHERE id = attempt.id RETURNING * INTO attempt;
        FOR created IN SELECT * FROM jsonb_array_elements(message->'references') LOOP
            INSERT INTO reliability_reference (
                exchange_id, attempt_id, name, kind, state, created
            ) VALUES (
                attempt.exchange_id, attempt.id, left(created->>'name', 200),
                left(created->>'kind', 60), 'open', now() AT TIME ZONE 'UTC'
            ) ON CONFLICT (attempt_id, name) DO NOTHING;
        END LOOP;
    END IF;
    IF message ? 'transaction_state'
            AND (attempt.transaction_state IS NULL OR attempt.is_state_presumed) THEN
        PERFORM reliability_record_transaction_state(
            attempt.id, CASE
                WHEN message->>'transaction_state' = 'committed'
                    AND reliability_has_not_committed(
                        attempt.database_identity, attempt.transaction_id)
                THEN 'unknown' ELSE message->>'transaction_state' END,
            coalesce((message->>'retried')::boolean, false), false);
    END IF;
    -- A new exchange is inserted in its right state.  An exchange that waits for the end
    -- of our transaction stays open; it is refreshed when the transaction has ended.
    IF is_further_attempt OR message ? 'outcome' AND NOT EXISTS (
        SELECT FROM reliability_exchange AS stored
         WHERE stored.id = attempt.exchange_id AND stored.state = 'open'
           AND stored.repeatable <> 'safe' AND message->>'outcome' = 'succeeded'
           AND NOT message ? 'transaction_state' AND attempt.transaction_state IS NULL
    ) THEN
        PERFORM reliability_refresh_exchange(attempt.exchange_id);
    END IF;
END $$;

-- Record how the transaction of an attempt ended, and decide its references, except those
-- that a person has decided.
CREATE OR REPLACE FUNCTION reliability_record_transaction_state(
    attempt integer, new_state text, is_retried boolean, is_presumed boolean
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reliability_attempt
       SET transaction_state = new_state, retried = is_retried,
           is_state_presumed = is_presumed
     WHERE id = attempt;
    UPDATE reliability_reference SET state = CASE new_state
               WHEN 'committed' THEN 'committed' WHEN 'rolled_back' THEN 'orphaned'
               ELSE 'open' END
     WHERE attempt_id = attempt AND state IN ('open', 'committed', 'orphaned');
END $$;

-- Return how PostgreSQL says that a transaction ended: committed, rolled_back or open;
-- never, if this database has not had it yet, as one that was restored to an earlier
-- state; NULL if it has forgotten it.
CREATE OR REPLACE FUNCTION reliability_transaction_state(transaction_id xid8)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    -- Ours, which is assigned now, is greater than all others.
    IF transaction_id > pg_current_xact_id() THEN
        RETURN 'never';
    END IF;
    RETURN CASE pg_xact_status(transaction_id)
        WHEN 'committed' THEN 'committed' WHEN 'aborted' THEN 'rolled_back'
        WHEN 'in progress' THEN 'open' END;
END $$;

-- Return whether a transaction that a worker has seen committed is not committed in this
-- database: it happened in another one, or before this one was restored.
CREATE OR REPLACE FUNCTION reliability_has_not_committed(
    identity text, transaction_id text
) RETURNS boolean LANGUAGE sql AS $$
    SELECT identity <> reliability_database_identity() OR coalesce(
        reliability_transaction_state(transaction_id::xid8) <> 'committed', false)
$$;

-- Return whether a worker lives, by its lease of a slot, as the collector of its host has
-- reported it; NULL if nothing is known.  A connection says nothing: it may end while its
-- worker lives, and behind a pooler live on when its worker is dead.
CREATE OR REPLACE FUNCTION reliability_is_worker_alive(worker text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bool_or(last_ended >= split_part(worker, '/', 2)::bigint)
                THEN false
                WHEN bool_or(reported > now() AT TIME ZONE 'UTC' - interval '5 min')
                THEN true END
      FROM (SELECT (ended_leases->>split_part(worker, '/', 1))::bigint AS last_ended,
                   reported
              FROM reliability_collector_report) AS report
     WHERE last_ended IS NOT NULL
$$;

-- Return whether a message of an attempt waits in the outbox of a host.
CREATE OR REPLACE FUNCTION reliability_has_waiting_message(uid text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM reliability_collector_report
                    WHERE reported > now() AT TIME ZONE 'UTC' - interval '1 hour'
                      AND waiting ? uid)
$$;

-- A maintenance function: the collector calls it every few seconds.  It finds out how
-- attempts ended whose worker cannot report it any more, and counts exchanges.
CREATE OR REPLACE FUNCTION reliability_maintain_ledger() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    pending record;
BEGIN
    PERFORM reliability_presume_ends();
    -- A further attempt was to follow, and has not for a day: none will.
    FOR pending IN
        UPDATE reliability_attempt SET retried = false WHERE id IN (
            SELECT attempt.id FROM reliability_attempt AS attempt
              JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
             WHERE exchange.state = 'retrying' AND exchange.next_attempt IS NULL
               AND retried
               AND exchange.ended < now() AT TIME ZONE 'UTC' - interval '1 day'
             LIMIT 1000
        ) RETURNING exchange_id
    LOOP
        PERFORM reliability_refresh_exchange(pending.exchange_id);
    END LOOP;
    -- A retry that a person requested; the worker died before the call left.
    FOR pending IN
        SELECT id FROM reliability_exchange
         WHERE state = 'retrying' AND next_attempt IS NULL
           AND retry_requested_at < now() AT TIME ZONE 'UTC' - interval '1 day'
         LIMIT 1000
    LOOP
        PERFORM reliability_refresh_exchange(pending.id);
    END LOOP;
    PERFORM reliability_count_exchanges();
END $$;

-- Presume how attempts ended whose worker has not reported it: it is dead, or nothing was
-- heard of it for an hour.  A message that comes later corrects all of it.
CREATE OR REPLACE FUNCTION reliability_presume_ends() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    pending record;
    known_state text;
    new_state text;
    this_database text := reliability_database_identity();
BEGIN
    FOR pending IN
        SELECT attempt.*, is_alive FROM reliability_attempt AS attempt
         CROSS JOIN LATERAL reliability_is_worker_alive(worker) AS is_alive
         WHERE (transaction_state IS NULL
                OR transaction_state = 'unknown' AND transaction_id IS NOT NULL
                AND database_identity = this_database
                AND started > now() AT TIME ZONE 'UTC' - interval '7 days')
           AND started < now() AT TIME ZONE 'UTC' - interval '5 s'
           -- Else the worker reports the outcome itself.
           AND (outcome IS NOT NULL OR is_alive IS FALSE OR is_alive IS NULL
                AND started < now() AT TIME ZONE 'UTC' - interval '1 hour')
           AND NOT reliability_has_waiting_message(uid)
         -- What nobody can tell any more must not keep others from being decided.
         ORDER BY transaction_state NULLS FIRST, id LIMIT 1000
         FOR UPDATE OF attempt SKIP LOCKED
    LOOP
        known_state := CASE WHEN pending.database_identity = this_database
            THEN reliability_transaction_state(pending.transaction_id::xid8) END;
        IF pending.outcome IS NULL THEN
            UPDATE reliability_attempt SET outcome = 'unknown', presumed = true,
                error_class = CASE WHEN pending.is_alive IS NULL
                    THEN 'NothingHeard' ELSE 'WorkerDied' END,
                error_message = CASE WHEN pending.is_alive IS NULL
                    THEN 'Nothing was heard of the worker for an hour.'
                    ELSE 'The worker died during the call.' END,
                ended = now() AT TIME ZONE 'UTC'
             WHERE id = pending.id;
            UPDATE reliability_exchange SET is_verified = false
             WHERE id = pending.exchange_id AND is_verified;
        ELSIF known_state IS NULL
                AND pending.database_identity IS NOT DISTINCT FROM this_database
                AND coalesce(pending.is_alive, pending.started
                    > now() AT TIME ZONE 'UTC' - interval '1 hour') THEN
            CONTINUE;  -- only the worker knows
        END IF;
        -- The connection of a dead worker may live on behind a pooler.
        new_state := CASE WHEN known_state IN ('committed', 'rolled_back')
            THEN known_state WHEN known_state = 'open' THEN NULL ELSE 'unknown' END;
        IF new_state IS DISTINCT FROM pending.transaction_state THEN
            PERFORM reliability_record_transaction_state(
                pending.id, new_state, pending.retried, new_state IS NOT NULL);
        END IF;
        IF pending.outcome IS NULL
                OR new_state IS DISTINCT FROM pending.transaction_state THEN
            PERFORM reliability_refresh_exchange(pending.exchange_id);
        END IF;
    END LOOP;
END $$;

-- Count the exchanges whose state has changed since they were counted last.  The totals
-- are stored apart: a counter must not fall when old exchanges are deleted.  Those of
-- companies whose work is not business are in no total.
CREATE OR REPLACE FUNCTION reliability_count_exchanges() RETURNS void
LANGUAGE sql AS $$
    WITH changed AS (
        UPDATE reliability_exchange SET counted_state = state WHERE id IN (
            SELECT id FROM reliability_exchange
             WHERE counted_state <> state ORDER BY id LIMIT 20000
             FOR UPDATE SKIP LOCKED
        ) RETURNING integration_id, operation, state, ended, company_id
    )
    INSERT INTO reliability_exchange_total AS total
        (integration_id, operation, state, count, last)
    SELECT integration_id, operation, state, count(*), max(ended) FROM changed
     WHERE state NOT IN ('open', 'retrying') AND NOT EXISTS (
         SELECT FROM res_company AS company
          WHERE company.id = changed.company_id AND company.reliability_left_out)
     GROUP BY 1, 2, 3
    ON CONFLICT (integration_id, operation, state) DO UPDATE SET
        count = total.count + excluded.count,
        last = greatest(total.last, excluded.last)
$$;

-- Refuse changes of what is recorded of an attempt; only what was presumed may be
-- corrected.
CREATE OR REPLACE FUNCTION reliability_protect_attempt() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.uid, OLD.exchange_id, OLD.started)
            IS DISTINCT FROM (NEW.uid, NEW.exchange_id, NEW.started)
       OR OLD.outcome IS NOT NULL AND NOT OLD.presumed
            AND (OLD.outcome, OLD.error_class, OLD.error_message, OLD.status, OLD.ended)
            IS DISTINCT FROM
                (NEW.outcome, NEW.error_class, NEW.error_message, NEW.status, NEW.ended)
       OR OLD.transaction_state IN ('committed', 'rolled_back')
            AND OLD.is_state_presumed IS NOT TRUE
            AND OLD.transaction_state IS DISTINCT FROM NEW.transaction_state
    THEN
        RAISE EXCEPTION 'Attempt % is on record and cannot be changed.', OLD.id;
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS reliability_protect_attempt ON reliability_attempt;
CREATE TRIGGER reliability_protect_attempt BEFORE UPDATE ON reliability_attempt
    FOR EACH ROW EXECUTE FUNCTION reliability_protect_attempt();
