-- How jobs are put on record: by triggers, since queue_job changes states not only through
-- Odoo.  The runner hands jobs out, and finds dead ones, in SQL of its own.  Whatever goes
-- wrong here, the queue goes on.

-- Counts the tries that could not be put on record, also where a transaction is undone.
CREATE SEQUENCE IF NOT EXISTS reliability_job_attempt_lost;

-- Say that a try could not be put on record, and go on.
CREATE OR REPLACE FUNCTION reliability_job_count_lost_attempt(job text, problem text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'A try of job % is not on record: %', job, problem;
    PERFORM nextval('reliability_job_attempt_lost');
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;

-- Since when a job waits: its own row remembers, to the microsecond; queue_job's dates are
-- whole seconds.  A default costs a new job nothing.
ALTER TABLE queue_job ALTER COLUMN reliability_since
    SET DEFAULT clock_timestamp() AT TIME ZONE 'UTC';

-- Before a job begins to wait once more.
CREATE OR REPLACE FUNCTION reliability_job_requeue() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.reliability_since := clock_timestamp() AT TIME ZONE 'UTC';
    IF OLD.state IN ('failed', 'done', 'cancelled') THEN
        NEW.reliability_attempts := 0;  -- somebody wants it tried anew
    END IF;
    RETURN NEW;
EXCEPTION WHEN OTHERS THEN
    RETURN NEW;
END $$;

-- After a try was done, as nearly all are, by a worker of ours.  Odoo's connections forget
-- all plans after each transaction, so that each statement, and each expression of another
-- one, is planned anew: this is the least that there can be.
CREATE OR REPLACE FUNCTION reliability_job_done() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_job_attempt (
        job_id, uuid, name, job, channel, company_id, number, requeued_by_id, eligible,
        started, ended, delay, seconds, outcome, is_contended, is_retried, worker
    ) VALUES (
        OLD.id, OLD.uuid, left(OLD.name, 200), OLD.model_name || '.' || OLD.method_name,
        OLD.channel, OLD.company_id, OLD.reliability_attempts,
        (OLD.reliability_attempt_details->>'by')::integer,
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

-- After a try has ended in whatever way: put it on record, in the transaction that says so.
CREATE OR REPLACE FUNCTION reliability_job_ended() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    told jsonb;
    began timestamp;
    ended timestamp;
    eligible timestamp;
    its_outcome text;
BEGIN
    IF OLD.state = 'enqueued' AND (NEW.state NOT IN ('pending', 'failed')
            OR NEW.date_enqueued IS DISTINCT FROM OLD.date_enqueued) THEN
        RETURN NULL;  -- a person has put it back: nothing was tried
    END IF;
    IF EXISTS (SELECT FROM ir_config_parameter WHERE key = 'reliability.switched_off'
                  AND lower(trim(value)) NOT IN ('', '0', 'f', 'false', 'n', 'no')) THEN
        RETURN NULL;
    END IF;
    IF NEW.reliability_attempt_details IS DISTINCT FROM OLD.reliability_attempt_details THEN
        told := NEW.reliability_attempt_details;
    END IF;
    -- How it ended, by what has changed with the state.  Where our Python has told, it
    -- knows; it has not where the runner found the worker dead, or somebody used SQL.
    its_outcome := CASE
        WHEN OLD.state = 'enqueued' THEN 'not_begun'
        WHEN told->>'outcome' <> '' THEN told->>'outcome'
        WHEN NEW.state = 'done' THEN 'success'
        WHEN NEW.state = 'failed' AND NEW.exc_name = 'JobFoundDead' THEN 'killed'
        WHEN NEW.state = 'failed' THEN 'failed'
        -- Whoever lives and tries again puts it off; the runner leaves all of that.
        WHEN NEW.eta IS DISTINCT FROM OLD.eta THEN 'retried'
        WHEN NEW.worker_pid = OLD.worker_pid THEN 'killed'
        ELSE 'unknown'
    END;
    ended := clock_timestamp() AT TIME ZONE 'UTC';
    IF OLD.state = 'started' THEN
        began := coalesce(OLD.reliability_started, OLD.date_started);
    END IF;
    eligible := greatest(coalesce(OLD.reliability_since, OLD.date_created), OLD.eta);
    INSERT INTO reliability_job_attempt (
        job_id, uuid, name, job, channel, company_id, number, requeued_by_id, eligible,
        started, ended, delay, seconds, outcome, is_contended, is_retried, worker,
        error, message
    ) VALUES (
        OLD.id, OLD.uuid, left(OLD.name, 200), OLD.model_name || '.' || OLD.method_name,
        OLD.channel, OLD.company_id,
        coalesce(OLD.reliability_attempts, OLD.retry, 0) + (began IS NULL)::integer,
        (OLD.reliability_attempt_details->>'by')::integer, eligible, began, ended,
        greatest(0, extract(epoch FROM began - eligible)),
        greatest(0, extract(epoch FROM ended - began)),
        its_outcome, coalesce((told->>'contended')::boolean, false),
        NEW.state IN ('pending', 'wait_dependencies'),
        coalesce(OLD.reliability_attempt_details->>'worker', nullif(OLD.worker_pid, 0)::text),
        coalesce(told->>'error', CASE NEW.state WHEN 'failed' THEN NEW.exc_name END),
        told->>'message'
    );
    IF NEW.state = 'pending' AND its_outcome IN ('killed', 'not_begun') THEN
        INSERT INTO reliability_job_requeued AS of (channel, count)
        VALUES (OLD.channel, 1)
        ON CONFLICT (channel) DO UPDATE SET count = of.count + 1;
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
                       AND NOT (OLD.state = 'started' AND NEW.state = 'done'
                                AND coalesce(OLD.reliability_attempt_details ? 'worker', false)))
    EXECUTE FUNCTION reliability_job_ended();
