-- The current state of the queue, as far as the database knows it.  Jobs that are not
-- measured, see unmeasured_jobs.py, are no work of the business: they are counted only
-- where they occupy or block a channel.

-- Whether a runner hands out jobs: it holds this advisory lock of queue_job while it lives.
CREATE OR REPLACE FUNCTION reliability_job_runner_alive() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 1
           AND classid::bigint << 32 | objid::bigint = 2293787760715711918
           AND database = (SELECT oid FROM pg_database
                            WHERE datname = current_database())
    )
$$;

-- Jobs that are not over, or have failed, by channel and state: those of the business,
-- and all that there are.
CREATE OR REPLACE VIEW reliability_job_count AS
    SELECT coalesce(channel, 'root') AS channel, state,
           count(*) FILTER (WHERE is_measured) AS jobs, count(*) AS all_jobs,
           count(*) FILTER (WHERE is_measured AND is_eligible) AS eligible,
           min(eligible) FILTER (WHERE is_measured AND is_eligible) AS oldest
      FROM (
          SELECT channel, state,
                 NOT starts_with(coalesce(identity_key, ''), 'unmeasured:')
                     AS is_measured,
                 greatest(coalesce(reliability_since, date_created), eta) AS eligible,
                 state IN ('pending', 'enqueued') AND (eta IS NULL
                     OR eta <= now() AT TIME ZONE 'UTC') AS is_eligible
            FROM queue_job WHERE state IN
                 ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed')
      ) AS job GROUP BY 1, 2;

-- The status of each channel: jobs by state, configuration, and the time to clear it.
CREATE OR REPLACE VIEW reliability_job_channel_status AS
    WITH channel AS (
        SELECT name FROM reliability_job_channel
         UNION SELECT complete_name FROM queue_job_channel WHERE complete_name <> ''
         UNION SELECT channel FROM reliability_job_count
    ), recent AS (
        SELECT channel, count(*) / greatest(1, extract(epoch FROM
                   now() AT TIME ZONE 'UTC' - greatest(min(started),
                       now() AT TIME ZONE 'UTC' - interval '5 min'))) AS jobs_per_second
          FROM reliability_job_attempt
         WHERE ended > now() AT TIME ZONE 'UTC' - interval '5 min' AND NOT is_retried
         GROUP BY 1
    ), counted AS (
        SELECT channel.name,
               coalesce(sum(jobs) FILTER (WHERE state = 'pending'), 0) AS pending,
               coalesce(sum(jobs) FILTER (WHERE state = 'enqueued'), 0) AS enqueued,
               coalesce(sum(jobs) FILTER (WHERE state = 'started'), 0) AS started,
               coalesce(sum(jobs) FILTER (WHERE state = 'failed'), 0) AS failed,
               coalesce(sum(jobs) FILTER (WHERE state = 'wait_dependencies'), 0)
                   AS wait_dependencies,
               coalesce(sum(eligible), 0) AS eligible, min(oldest) AS oldest
          FROM channel
          LEFT JOIN reliability_job_count AS job_count ON job_count.channel = channel.name
         GROUP BY 1
    )
    SELECT counted.*, configured.capacity, configured.is_sequential, configured.is_paused,
           -- Jobs that run in a channel run in its parents, too.
           (SELECT coalesce(sum(all_jobs), 0) FROM reliability_job_count AS job_count
             WHERE job_count.state IN ('enqueued', 'started')
               AND starts_with(job_count.channel || '.', counted.name || '.')) AS running,
           coalesce(EXTRACT(epoch FROM now() AT TIME ZONE 'UTC' - oldest), 0)
               AS oldest_age,
           CASE WHEN eligible = 0 THEN 0
                WHEN coalesce(recent.jobs_per_second, 0) = 0
                    THEN 'Infinity'::double precision
                ELSE eligible / recent.jobs_per_second END
               AS seconds_to_clear
      FROM counted
      LEFT JOIN reliability_job_channel AS configured ON configured.name = counted.name
      LEFT JOIN recent ON recent.channel = counted.name;

-- Eligible jobs of the business: those that could run now.  The runner's giving a job to a worker begins
-- nothing: the worker may be busy, or out of reach.
CREATE OR REPLACE VIEW reliability_job_eligible AS
    SELECT id, channel, company_id,
           greatest(coalesce(reliability_since, date_created), eta) AS since
      FROM queue_job
     WHERE state IN ('pending', 'enqueued')
       AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')
       AND NOT starts_with(coalesce(identity_key, ''), 'unmeasured:');

-- Channels in which, and below which, no job starts.
CREATE OR REPLACE VIEW reliability_job_blocked_channel AS
    SELECT name, is_paused FROM reliability_job_channel AS configured
     WHERE is_paused OR is_sequential AND EXISTS (
         SELECT FROM queue_job WHERE state = 'failed' AND channel = configured.name);

-- Jobs that need attention, each with one problem.  One that blocks a channel does so
-- however old it is.
CREATE OR REPLACE VIEW reliability_job_problem AS
    WITH blocking AS MATERIALIZED (
        SELECT name FROM reliability_job_blocked_channel AS blocked
         WHERE NOT is_paused AND EXISTS (
             SELECT FROM reliability_job_eligible AS eligible
              WHERE starts_with(eligible.channel || '.', blocked.name || '.'))
    )
    SELECT id, channel, company_id, coalesce(reliability_started, date_started) AS since,
           CASE
               WHEN channel IN (SELECT name FROM blocking) THEN 'blocking'
               WHEN exc_name = 'JobFoundDead' THEN 'died'
               WHEN reliability_attempt_details->>'outcome' = 'rejected' THEN 'rejected'
               WHEN reliability_attempt_details->>'error' = 'FailedJobError'
                   AND max_retries > 0 AND retry >= max_retries THEN 'exhausted'
               ELSE 'failed'
           END AS problem
      FROM queue_job AS job
     WHERE state = 'failed' AND (channel IN (SELECT name FROM blocking)
            OR coalesce(reliability_started, date_started, date_created)
                   > now() AT TIME ZONE 'UTC' - interval '7 days'
               AND NOT starts_with(coalesce(identity_key, ''), 'unmeasured:'))
     UNION ALL
    -- queue_job limits retries, but not those after contention: they can go on forever.
    SELECT id, channel, company_id, coalesce(reliability_started, date_started), 'looping'
      FROM queue_job
     WHERE state IN ('pending', 'enqueued', 'started')
       AND reliability_attempts > CASE WHEN max_retries > 0 THEN max_retries ELSE 10 END
       AND NOT starts_with(coalesce(identity_key, ''), 'unmeasured:')
     UNION ALL
    -- Five times the 95th percentile of the last 100; an hour where fewer than 10 are known,
    -- as of jobs that are not measured: these occupy their channel, too.
    SELECT id, channel, company_id, coalesce(reliability_started, date_started), 'long'
      FROM queue_job AS job
     CROSS JOIN LATERAL (
         SELECT CASE WHEN count(*) < 10 THEN 3600 ELSE greatest(60,
                    5 * percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)) END AS seconds
           FROM (SELECT seconds FROM reliability_job_attempt AS attempt
                  WHERE attempt.job = job.model_name || '.' || job.method_name
                    AND outcome = 'success' ORDER BY ended DESC LIMIT 100) AS last
     ) AS usual
     WHERE state = 'started'
       AND coalesce(reliability_started, date_started)
               < now() AT TIME ZONE 'UTC' - usual.seconds * interval '1 s'
       AND (starts_with(coalesce(identity_key, ''), 'unmeasured:')
            OR NOT reliability_attempts
                   > CASE WHEN max_retries > 0 THEN max_retries ELSE 10 END);
