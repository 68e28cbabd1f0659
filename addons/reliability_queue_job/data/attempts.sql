-- Triggers on queue_job record the attempts of jobs.  They are triggers because queue_job
-- changes states not only through Odoo: its runner hands out jobs, and finds dead ones, by
-- SQL of its own.  Errors in these functions never stop the queue.  Attempts of jobs that
-- are not measured, see unmeasured_jobs.py, are not recorded.

-- Counts attempts that could not be recorded, also where a transaction is rolled back.
CREATE SEQUENCE IF NOT EXISTS reliability_job_attempt_lost;

-- Count an attempt that could not be recorded, and log why.
CREATE OR REPLACE FUNCTION reliability_job_count_lost_attempt(job text, problem text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'An attempt of job % is not recorded: %', job, problem;
    PERFORM nextval('reliability_job_attempt_lost');
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;

-- Since when a job waits, in microseconds: queue_job's own dates are whole seconds.  A
-- default costs a new job nothing.
ALTER TABLE queue_job ALTER COLUMN reliability_since
    SET DEFAULT clock_timestamp() AT TIME ZONE 'UTC';

-- Before a job becomes pending again.  One that no worker has begun has waited all the time.
CREATE OR REPLACE FUNCTION reliability_job_requeue() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'enqueued' THEN
        NEW.reliability_since := clock_timestamp() AT TIME ZONE 'UTC';
    END IF;
    IF OLD.state IN ('failed', 'done', 'cancelled') THEN
        NEW.reliability_attempts := 0;  -- a user has requeued it
    END IF;
    RETURN NEW;
EXCEPTION WHEN OTHERS THEN
    RETURN NEW;
END $$;

-- After an attempt succeeded in a worker that measures, as nearly all do.  This function is
-- minimal for speed: Odoo's connections discard all plans after each transaction, so that
-- each statement, and each expression outside of one, is planned anew.
CREATE OR REPLACE FUNCTION reliability_job_done() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_job_attempt (
        job_id, uuid, name, job, channel, company_id, number, requeued_by_id, eligible,
        started, ended, delay, seconds, outcome, is_contended, is_retried, worker
    ) VALUES (
        OLD.id, OLD.uuid,
        left(coalesce(OLD.reliability_attempt_details->>'name', OLD.name), 200),
        OLD.model_name || '.' || OLD.method_name,
        OLD.channel, OLD.company_id, OLD.reliability_attempts,
        (OLD.reliability_attempt_details->>'requeued_by')::integer,
        greatest(coalesce(OLD.reliability_since, OLD.date_created), OLD.eta),
        OLD.reliability_started, clock_timestamp() AT TIME ZONE 'UTC',
        (OLD.reliability_attempt_details->>'waited')::double precision,
        greatest(0, extract(epoch FROM
            clock_timestamp() AT TIME ZONE 'UTC' - OLD.reliability_started)),
        'success', false, false, OLD.reliability_attempt_details->>'worker'
    );
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM reliability_job_count_lost_attempt(OLD.uuid, SQLERRM);
    RETURN NULL;
END $$;

-- After an attempt ended in any other way: record it in the transaction that ends it.
CREATE OR REPLACE FUNCTION reliability_job_ended() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    details jsonb;
    start_time timestamp;
    end_time timestamp;
    eligible_time timestamp;
    attempt_outcome text;
BEGIN
    IF OLD.state = 'enqueued' AND (NEW.state NOT IN ('pending', 'failed')
            OR NEW.date_enqueued IS DISTINCT FROM OLD.date_enqueued) THEN
        RETURN NULL;  -- a user has changed it before it started: there was no attempt
    END IF;
    IF reliability_is_on('reliability.switched_off') THEN
        RETURN NULL;
    END IF;
    IF NEW.reliability_attempt_details
            IS DISTINCT FROM OLD.reliability_attempt_details THEN
        details := NEW.reliability_attempt_details;
    END IF;
    -- The outcome: from Python where it has written one, else from the columns that have
    -- changed.  Python has not where the runner found the worker dead, or SQL was used.
    attempt_outcome := CASE
        WHEN OLD.state = 'enqueued' THEN 'not_begun'
        WHEN details->>'outcome' <> '' THEN details->>'outcome'
        WHEN NEW.state = 'done' THEN 'success'
        WHEN NEW.state = 'failed' AND NEW.exc_name = 'JobFoundDead' THEN 'killed'
        WHEN NEW.state = 'failed' THEN 'failed'
        -- A living worker that retries changes the ETA; the runner changes neither this
        -- nor the worker's process id.
        WHEN NEW.eta IS DISTINCT FROM OLD.eta THEN 'retried'
        WHEN NEW.worker_pid = OLD.worker_pid THEN 'killed'
        ELSE 'unknown'
    END;
    end_time := clock_timestamp() AT TIME ZONE 'UTC';
    IF OLD.state = 'started' THEN
        start_time := coalesce(OLD.reliability_started, OLD.date_started);
    END IF;
    eligible_time := greatest(coalesce(OLD.reliability_since, OLD.date_created), OLD.eta);
    INSERT INTO reliability_job_attempt (
        job_id, uuid, name, job, channel, company_id, number, requeued_by_id, eligible,
        started, ended, delay, seconds, outcome, is_contended, is_retried, worker,
        error, message
    ) VALUES (
        OLD.id, OLD.uuid,
        -- Python masks the name when it starts the job.
        left(CASE WHEN OLD.reliability_attempt_details ? 'worker'
             THEN coalesce(OLD.reliability_attempt_details->>'name', OLD.name)
             ELSE OLD.model_name || '.' || OLD.method_name END, 200),
        OLD.model_name || '.' || OLD.method_name,
        OLD.channel, OLD.company_id,
        coalesce(OLD.reliability_attempts, OLD.retry, 0) + (start_time IS NULL)::integer,
        (OLD.reliability_attempt_details->>'requeued_by')::integer,
        eligible_time, start_time, end_time,
        greatest(0, extract(epoch FROM start_time - eligible_time)),
        greatest(0, extract(epoch FROM end_time - start_time)),
        attempt_outcome, coalesce((details->>'contended')::boolean, false),
        NEW.state IN ('pending', 'wait_dependencies'),
        coalesce(OLD.reliability_attempt_details->>'worker',
                 nullif(OLD.worker_pid, 0)::text),
        coalesce(details->>'error', CASE NEW.state WHEN 'failed' THEN NEW.exc_name END),
        details->>'message'
    );
    IF NEW.state = 'pending' AND attempt_outcome IN ('killed', 'not_begun') THEN
        INSERT INTO reliability_job_requeued AS requeued (channel, count)
        VALUES (OLD.channel, 1)
        ON CONFLICT (channel) DO UPDATE SET count = requeued.count + 1;
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM reliability_job_count_lost_attempt(OLD.uuid, SQLERRM);
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS reliability_job_requeue ON queue_job;
CREATE TRIGGER reliability_job_requeue BEFORE UPDATE OF state ON queue_job
    FOR EACH ROW WHEN (NEW.state <> OLD.state AND NEW.state = 'pending')
    EXECUTE FUNCTION reliability_job_requeue();

DROP TRIGGER IF EXISTS reliability_job_done ON queue_job;
CREATE TRIGGER reliability_job_done AFTER UPDATE OF state ON queue_job
    FOR EACH ROW WHEN (OLD.state = 'started' AND NEW.state = 'done'
                       AND OLD.reliability_attempt_details ? 'worker')
    EXECUTE FUNCTION reliability_job_done();

DROP TRIGGER IF EXISTS reliability_job_ended ON queue_job;
CREATE TRIGGER reliability_job_ended AFTER UPDATE OF state ON queue_job
    FOR EACH ROW WHEN (NEW.state NOT IN ('enqueued', 'started')
                       AND OLD.state IN ('enqueued', 'started')
                       AND NOT starts_with(coalesce(OLD.identity_key, ''), 'unmeasured:')
                       AND NOT (OLD.state = 'started' AND NEW.state = 'done'
                                AND coalesce(
                                    OLD.reliability_attempt_details ? 'worker', false)))
    EXECUTE FUNCTION reliability_job_ended();
