-- The ledger's own functions.  Each is called beside the transaction of Odoo and commits
-- by itself; each may be called again with the same note and does no harm.

-- Names the database that transaction ids are of: a copy, or a dump restored elsewhere,
-- is another one, where the same numbers mean other transactions.
CREATE OR REPLACE FUNCTION reliability_database_identity() RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT system_identifier || '/' || oid
      FROM pg_control_system(), pg_database WHERE datname = current_database()
$$;

-- Let an exchange say what its attempts say: its state is that of the last one.  The
-- first error is never overwritten.
CREATE OR REPLACE FUNCTION reliability_refresh_exchange(exchange integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    last record;
    sums record;
    orphans integer;
BEGIN
    -- Of two attempts that end together, the second reads what the first has written.
    PERFORM FROM reliability_exchange WHERE id = exchange FOR UPDATE;
    SELECT outcome, transaction_state, retried INTO last FROM reliability_attempt
     WHERE exchange_id = exchange ORDER BY started DESC, id DESC LIMIT 1;
    SELECT count(*) AS attempts, max(ended) AS ended, sum(attempt.seconds) AS seconds,
           bool_or(outcome = 'unknown') AS is_unknown,
           (array_agg(message ORDER BY started, id)
               FILTER (WHERE message <> ''))[1] AS first_error,
           (array_agg(message ORDER BY started DESC, id DESC)
               FILTER (WHERE message <> ''))[1] AS last_error
      INTO sums FROM reliability_attempt AS attempt WHERE exchange_id = exchange;
    SELECT count(*) INTO orphans FROM reliability_reference AS reference
     WHERE exchange_id = exchange AND reference.state = 'orphaned';
    UPDATE reliability_exchange AS of SET
        state = CASE
            WHEN of.state = 'resolved' AND of.attempt_count = sums.attempts THEN 'resolved'
            WHEN last.outcome IS NULL THEN 'open'
            WHEN last.transaction_state IS NULL AND last.outcome = 'succeeded'
                AND of.repeatable <> 'safe' THEN 'open'
            WHEN last.retried THEN 'retrying'
            WHEN last.outcome = 'succeeded' AND (of.repeatable = 'safe'
                OR last.transaction_state = 'committed') THEN 'succeeded'
            WHEN of.next_try IS NOT NULL THEN 'retrying'
            WHEN last.outcome <> 'succeeded' THEN last.outcome
            WHEN last.transaction_state = 'rolled_back' THEN 'failed'
            ELSE 'unknown'
        END,
        attempt_count = sums.attempts,
        orphan_count = orphans,
        is_possibly_duplicated = of.repeatable = 'unsafe' AND sums.is_unknown AND last.transaction_state = 'committed'
            AND last.outcome = 'succeeded' AND of.state <> 'resolved'
            AND NOT coalesce(of.is_made_sure, false),
        first_error = coalesce(of.first_error, sums.first_error),
        last_error = coalesce(sums.last_error, of.last_error),
        ended = sums.ended,
        seconds = sums.seconds
     WHERE of.id = exchange;
END $$;

-- What a record is called and whose it is, as committed; nothing where it is not.
-- Asked by a statement that is prepared once for each model: planning it takes longer
-- than reading one row.
CREATE OR REPLACE FUNCTION reliability_describe_record(
    note jsonb, OUT is_there boolean, OUT name text, OUT company integer, OUT warehouse text
) LANGUAGE plpgsql AS $$
DECLARE
    asking text;
    statement text;
    its_warehouse integer;
BEGIN
    is_there := false;
    IF coalesce(note->>'table', '') = '' OR coalesce(note->>'ids', '') = '' THEN
        RETURN;
    END IF;
    asking := format(
        'SELECT true, %s::text, %s::integer, %s::integer FROM %I WHERE id = $1',
        CASE WHEN note->>'name_column' <> ''
             THEN quote_ident(note->>'name_column') ELSE '''''' END,
        CASE WHEN (note->>'company_id')::boolean THEN 'company_id' ELSE 'NULL' END,
        CASE WHEN (note->>'warehouse_id')::boolean THEN 'warehouse_id' ELSE 'NULL' END,
        note->>'table'
    );
    statement := format('EXECUTE %I(%s)', 'reliability_about_' || md5(asking),
                        split_part(note->>'ids', ',', 1)::integer);
    BEGIN
        EXECUTE statement INTO is_there, name, company, its_warehouse;
    EXCEPTION WHEN invalid_sql_statement_name THEN
        EXECUTE format('PREPARE %I(integer) AS %s',
                       'reliability_about_' || md5(asking), asking);
        EXECUTE statement INTO is_there, name, company, its_warehouse;
    END;
    is_there := coalesce(is_there, false);
    IF its_warehouse IS NOT NULL AND to_regclass('stock_warehouse') IS NOT NULL THEN
        SELECT code INTO warehouse FROM stock_warehouse WHERE id = its_warehouse;
    END IF;
EXCEPTION WHEN undefined_column OR undefined_table OR lock_not_available THEN
    is_there := false;
END $$;

-- The exchange that an attempt belongs to: the last one that asked for the same thing
-- and is not done with, else a new one.
CREATE OR REPLACE FUNCTION reliability_exchange_of(
    note jsonb, OUT exchange integer, OUT is_new boolean
) LANGUAGE plpgsql AS $$
DECLARE
    about record;
    asked text;
    of_integration integer;
BEGIN
    is_new := false;
    SELECT * INTO about FROM reliability_describe_record(note);
    asked := CASE
        WHEN coalesce(note->>'key', '') <> '' THEN 'key ' || (note->>'key')
        -- A record that is not committed has another id at the next try.
        WHEN about.is_there THEN 'record ' || (note->>'model') || ' ' ||
            CASE WHEN length(note->>'ids') > 100
                 THEN md5(note->>'ids') ELSE note->>'ids' END
        WHEN coalesce(note->>'tries', '') <> '' THEN 'tries ' || (note->>'tries')
        ELSE 'attempt ' || (note->>'uid')
    END || CASE WHEN (note->>'ordinal')::integer > 0
                THEN ' ' || (note->>'ordinal') ELSE '' END;
    asked := left(asked, 250);
    -- One after the other, where two ask for the same at the same time.
    PERFORM pg_advisory_xact_lock(hashtextextended(
        concat_ws('|', note->>'integration', note->>'operation', asked), 1937075312));
    of_integration := reliability_integration_of(
        note->>'integration', note->>'integration', '');
    SELECT id INTO exchange FROM reliability_exchange
     WHERE integration_id = of_integration AND operation = note->>'operation'
       AND direction = note->>'direction' AND identity = asked
     ORDER BY id DESC LIMIT 1;
    IF exchange IS NOT NULL THEN
        PERFORM FROM reliability_exchange WHERE id = exchange
            AND state IN ('open', 'retrying', 'failed', 'unknown', 'rejected')
            FOR UPDATE;
        IF FOUND THEN
            UPDATE reliability_exchange SET next_try = NULL
             WHERE id = exchange AND next_try IS NOT NULL;
            RETURN;
        END IF;
    END IF;
    INSERT INTO reliability_exchange (
        integration_id, operation, direction, identity, res_model, res_id, res_name,
        company_id, warehouse, deadline, repeatable, retry_method, state, counted,
        attempt_count, orphan_count, started, seconds
    ) VALUES (
        of_integration, note->>'operation', note->>'direction', asked,
        coalesce(note->>'model', ''),
        CASE WHEN note->>'ids' ~ '^\d+$' THEN (note->>'ids')::integer END,
        coalesce(nullif(about.name, ''), note->>'about', note->>'key', ''),
        coalesce(about.company, (note->>'company')::integer, (
            SELECT company_id FROM res_users WHERE id = (note->>'user')::integer)),
        coalesce(nullif(note->>'warehouse', ''), about.warehouse, ''),
        (note->>'deadline')::timestamptz AT TIME ZONE 'UTC',
        coalesce(note->>'repeatable', 'unsafe'), coalesce(note->>'retry', ''), 'open', '',
        1, 0, reliability_moment(note->>'started'), 0
    ) RETURNING id INTO exchange;
    is_new := true;
END $$;

-- A moment as Odoo stores it: in UTC, without saying so.
CREATE OR REPLACE FUNCTION reliability_moment(seconds text) RETURNS timestamp
LANGUAGE sql STABLE AS $$
    SELECT to_timestamp(seconds::double precision) AT TIME ZONE 'UTC'
$$;

-- The integration with a code, made where there is none yet.
CREATE OR REPLACE FUNCTION reliability_integration_of(
    its_code text, its_name text, patterns text
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    SELECT id INTO found FROM reliability_integration WHERE code = its_code;
    IF found IS NULL THEN
        INSERT INTO reliability_integration (
            code, name, kind, host_patterns, discovered, active, sequence, threshold,
            records_calls, keeps_excerpts, daily_quota, most_tries, silence_hours,
            failing_threshold, create_date, write_date
        ) VALUES (
            its_code, its_name, 'other', patterns, true, true, 100, 2, false, false,
            0, 5, 0, 0.1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
        ) ON CONFLICT (code) DO NOTHING RETURNING id INTO found;
        IF found IS NULL THEN
            SELECT id INTO found FROM reliability_integration WHERE code = its_code;
        END IF;
    END IF;
    RETURN found;
END $$;

-- A host that no integration claims appears as one that waits to be named.
CREATE OR REPLACE FUNCTION reliability_discover(host text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM reliability_integration WHERE discovered) < 100 THEN
        PERFORM reliability_integration_of(
            left('host_' || regexp_replace(lower(host), '[^a-z0-9]+', '_', 'g'), 60),
            left(host, 200), left(lower(host), 200));
    END IF;
END $$;

-- Take what is known of an attempt: keep what was not known yet.
CREATE OR REPLACE FUNCTION reliability_record_attempt(note jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    attempt record;
    exchange integer;
    is_new boolean;
    is_another_try boolean := false;
    new jsonb;
BEGIN
    SELECT id, exchange_id, outcome, presumed, transaction_state INTO attempt
      FROM reliability_attempt WHERE uid = note->>'uid' FOR UPDATE;
    IF attempt.id IS NULL THEN
        SELECT * INTO exchange, is_new FROM reliability_exchange_of(note);
        is_another_try := NOT is_new;
        INSERT INTO reliability_attempt (
            uid, exchange_id, started, host, pid, job, user_id, xact, home, backend,
            presumed, retried, calls, status
        ) VALUES (
            note->>'uid', exchange, reliability_moment(note->>'started'),
            coalesce(note->>'host', ''), (note->>'pid')::integer,
            coalesce(note->>'job', ''), (note->>'user')::integer, note->>'xact',
            coalesce(nullif(current_setting('reliability.database_identity', true), ''),
                     reliability_database_identity()),
            nullif(current_setting('reliability.backend', true), ''),
            false, false, 0, 0
        ) ON CONFLICT (uid) DO NOTHING
          RETURNING id, exchange_id, outcome, presumed, transaction_state INTO attempt;
        IF attempt.id IS NULL THEN  -- the same note came another way meanwhile
            SELECT id, exchange_id, outcome, presumed, transaction_state INTO attempt
              FROM reliability_attempt WHERE uid = note->>'uid' FOR UPDATE;
        END IF;
    END IF;
    IF note ? 'outcome' AND (attempt.outcome IS NULL OR attempt.presumed) THEN
        UPDATE reliability_attempt SET
            outcome = note->>'outcome', presumed = false,
            seconds = (note->>'seconds')::double precision,
            ended = started + (note->>'seconds')::double precision * interval '1 s',
            status = (note->>'status')::integer,
            calls = (note->>'calls')::integer,
            external = (note->>'external')::double precision,
            error = note->>'error', message = note->>'message',
            xact = coalesce(note->>'xact', xact),
            request = note->>'request', answer = note->>'answer'
         WHERE id = attempt.id;
        FOR new IN SELECT * FROM jsonb_array_elements(note->'references') LOOP
            INSERT INTO reliability_reference (
                exchange_id, attempt_id, name, kind, state, created
            ) VALUES (
                attempt.exchange_id, attempt.id, left(new->>'name', 200),
                left(new->>'kind', 60), 'open', now() AT TIME ZONE 'UTC'
            ) ON CONFLICT (attempt_id, name) DO NOTHING;
        END LOOP;
    END IF;
    IF note ? 'transaction_state' AND attempt.transaction_state IS NULL THEN
        PERFORM reliability_record_transaction_state(
            attempt.id, note->>'transaction_state', coalesce((note->>'retried')::boolean, false));
    END IF;
    -- An exchange that has just been made says so already; one that waits for our
    -- transaction stays open, and says what its attempts say when that is decided.
    IF is_another_try OR note ? 'outcome' AND NOT EXISTS (
        SELECT FROM reliability_exchange AS of
         WHERE of.id = attempt.exchange_id AND of.state = 'open' AND of.repeatable <> 'safe'
           AND note->>'outcome' = 'succeeded' AND NOT note ? 'transaction_state'
           AND attempt.transaction_state IS NULL
    ) THEN
        PERFORM reliability_refresh_exchange(attempt.exchange_id);
    END IF;
END $$;

-- Take down what has become of the transaction of an attempt.
CREATE OR REPLACE FUNCTION reliability_record_transaction_state(
    attempt integer, its_transaction_state text, is_retried boolean
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reliability_attempt SET transaction_state = its_transaction_state, retried = is_retried
     WHERE id = attempt;
    UPDATE reliability_reference SET state = CASE its_transaction_state
               WHEN 'committed' THEN 'committed' WHEN 'rolled_back' THEN 'orphaned' ELSE 'open' END
     WHERE attempt_id = attempt AND state = 'open';
END $$;

-- Each visit: find what has become of attempts whose worker cannot tell any more.
CREATE OR REPLACE FUNCTION reliability_maintain_ledger() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    left_over record;
    its_transaction_state text;
    here text := reliability_database_identity();
BEGIN
    FOR left_over IN
        SELECT attempt.*, exchange.repeatable FROM reliability_attempt AS attempt
          JOIN reliability_exchange AS exchange ON exchange.id = attempt.exchange_id
         WHERE (transaction_state IS NULL OR transaction_state = 'unknown')
           AND attempt.started < now() AT TIME ZONE 'UTC' - interval '5 s'
           AND attempt.started > now() AT TIME ZONE 'UTC' - interval '7 days'
         ORDER BY attempt.id LIMIT 1000
         FOR UPDATE OF attempt SKIP LOCKED
    LOOP
        CONTINUE WHEN left_over.transaction_state = 'unknown'
            AND (left_over.home <> here OR left_over.xact IS NULL);
        its_transaction_state := CASE
            WHEN left_over.home <> here THEN 'unknown'
            WHEN left_over.xact IS NULL THEN NULL
            -- A database that was set back in time has not had this transaction.
            WHEN left_over.xact::xid8 >= pg_snapshot_xmax(pg_current_snapshot())
                THEN 'unknown'
            ELSE CASE pg_xact_status(left_over.xact::xid8)
                WHEN 'committed' THEN 'committed' WHEN 'aborted' THEN 'rolled_back'
                WHEN 'in progress' THEN NULL ELSE 'unknown' END
        END;
        IF left_over.outcome IS NULL THEN
            -- Whoever still lives will tell himself; and may correct what is presumed.
            CONTINUE WHEN EXISTS (
                SELECT FROM pg_stat_activity WHERE left_over.home = here
                   AND pid || '/' || extract(epoch FROM backend_start) = left_over.backend
            ) AND left_over.started > now() AT TIME ZONE 'UTC' - interval '1 hour';
            CONTINUE WHEN its_transaction_state IS NULL AND left_over.xact IS NOT NULL
                AND left_over.started > now() AT TIME ZONE 'UTC' - interval '1 hour';
            UPDATE reliability_attempt SET outcome = 'unknown', presumed = true,
                error = 'WorkerDied', message = 'The worker died during the call.',
                ended = now() AT TIME ZONE 'UTC'
             WHERE id = left_over.id;
            its_transaction_state := coalesce(its_transaction_state, 'rolled_back');
        END IF;
        IF its_transaction_state IS NOT NULL AND its_transaction_state IS DISTINCT FROM left_over.transaction_state THEN
            PERFORM reliability_record_transaction_state(left_over.id, its_transaction_state, left_over.retried);
        END IF;
        PERFORM reliability_refresh_exchange(left_over.exchange_id);
    END LOOP;
    -- Another try was to follow, and has not for a day: there is none.
    FOR left_over IN
        UPDATE reliability_attempt SET retried = false WHERE id IN (
            SELECT attempt.id FROM reliability_attempt AS attempt
              JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
             WHERE exchange.state = 'retrying' AND exchange.next_try IS NULL AND retried
               AND exchange.ended < now() AT TIME ZONE 'UTC' - interval '1 day'
             LIMIT 1000
        ) RETURNING exchange_id
    LOOP
        PERFORM reliability_refresh_exchange(left_over.exchange_id);
    END LOOP;
    -- Somebody's retry of which the worker died before it asked anybody.
    FOR left_over IN
        SELECT id FROM reliability_exchange
         WHERE state = 'retrying' AND next_try IS NULL
           AND asked_at < now() AT TIME ZONE 'UTC' - interval '1 day'
         LIMIT 1000
    LOOP
        PERFORM reliability_refresh_exchange(left_over.id);
    END LOOP;
    PERFORM reliability_count_exchanges();
END $$;

-- Count the exchanges that have come to a state since the last time: what is shown as a
-- counter must not fall when old exchanges are deleted.
CREATE OR REPLACE FUNCTION reliability_count_exchanges() RETURNS void
LANGUAGE sql AS $$
    WITH new AS (
        UPDATE reliability_exchange SET counted = state WHERE id IN (
            SELECT id FROM reliability_exchange
             WHERE counted <> state ORDER BY id LIMIT 20000 FOR UPDATE SKIP LOCKED
        ) RETURNING integration_id, operation, state, ended
    )
    INSERT INTO reliability_exchange_total AS total
        (integration_id, operation, state, count, last)
    SELECT integration_id, operation, state, count(*), max(ended) FROM new
     WHERE state NOT IN ('open', 'retrying') GROUP BY 1, 2, 3
    ON CONFLICT (integration_id, operation, state) DO UPDATE SET
        count = total.count + excluded.count,
        last = greatest(total.last, excluded.last)
$$;

-- What has been noted of an attempt stays; what was only presumed may be corrected.
CREATE OR REPLACE FUNCTION reliability_attempt_stays() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.uid, OLD.exchange_id, OLD.started)
            IS DISTINCT FROM (NEW.uid, NEW.exchange_id, NEW.started)
       OR OLD.outcome IS NOT NULL AND NOT OLD.presumed
            AND (OLD.outcome, OLD.error, OLD.message, OLD.status, OLD.ended)
            IS DISTINCT FROM (NEW.outcome, NEW.error, NEW.message, NEW.status, NEW.ended)
       OR OLD.transaction_state IN ('committed', 'rolled_back') AND OLD.transaction_state IS DISTINCT FROM NEW.transaction_state
    THEN
        RAISE EXCEPTION 'Attempt % is on record and cannot be changed.', OLD.id;
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS reliability_attempt_stays ON reliability_attempt;
CREATE TRIGGER reliability_attempt_stays BEFORE UPDATE ON reliability_attempt
    FOR EACH ROW EXECUTE FUNCTION reliability_attempt_stays();
