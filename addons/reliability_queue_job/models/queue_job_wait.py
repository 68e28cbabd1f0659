"""Why a job that should have run has not ended."""

# What jobs wait for is apart from what is recorded of their attempts.
# pylint: disable=consider-merging-classes-inherited

from odoo import models
from odoo.tools import SQL, config

from odoo.addons.queue_job.job import ENQUEUED, FAILED, PENDING, STARTED
from odoo.addons.reliability.api import masked

# The first channel, from the root, in which or below which no job starts now.
_OBSTACLE = """
    SELECT status.name, CASE WHEN blocked.name IS NULL THEN 'full'
                             WHEN blocked.is_paused THEN 'paused'
                             ELSE 'blocked' END, status.capacity
      FROM reliability_job_channel_status AS status
      LEFT JOIN reliability_job_blocked_channel AS blocked USING (name)
     WHERE starts_with(%s || '.', status.name || '.')
       AND (blocked.name IS NOT NULL
            OR status.capacity > 0 AND status.running >= status.capacity)
     ORDER BY length(status.name) LIMIT 1
"""
# Jobs that the runner starts before a job, by its order.  They are eligible and compete
# with it, in its channel or on the way to the root.  How many of another channel come
# first depends on the capacity of that one.
_COMPETING = """
    SELECT count(*) FROM queue_job AS job JOIN queue_job AS other
        ON (other.priority, other.date_created, other.id)
           < (job.priority, job.date_created, job.id)
     WHERE job.id = %s AND other.state = 'pending'
       AND (other.eta IS NULL OR other.eta <= now() AT TIME ZONE 'UTC')
       AND NOT EXISTS (
           SELECT FROM reliability_job_channel AS apart
            WHERE starts_with(other.channel || '.', apart.name || '.')
              AND NOT starts_with(job.channel || '.', apart.name || '.'))
"""
# A sequence waits for the planned time of its next job, if that has the first turn.
_AWAITED = """
    SELECT count(*) FROM (
        SELECT bool_and((other.priority, other.date_created, other.id)
                        < (job.priority, job.date_created, job.id)) OVER (
                   PARTITION BY other.channel ORDER BY
                   other.eta, other.priority, other.date_created, other.id) AS is_first
          FROM queue_job AS job
          JOIN reliability_job_channel AS sequence ON is_sequential
               AND starts_with(job.channel || '.', sequence.name || '.')
          JOIN queue_job AS other ON other.channel = sequence.name
         WHERE job.id = %s AND other.id <> job.id AND other.state = 'pending'
           AND other.eta > now() AT TIME ZONE 'UTC'
    ) AS planned WHERE is_first
"""


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _reliability_wait(self):
        """Return why a job has not ended, as far as it is known for sure.

        :return: ``reason``, and what a sentence about it names: ``no_runner``, or
            ``not_loaded`` where this server does not load it, either; ``paused``,
            ``blocked`` and ``full`` with ``channel`` and ``capacity``; ``behind`` with
            ``before``, the number of jobs that come first; ``failed`` with ``error``;
            else the state of the job
        """
        self.ensure_one()
        self.env.flush_all()
        if self.state == FAILED:
            error = masked(": ".join(filter(None, (self.exc_name, self.exc_message))))
            return {"reason": FAILED, "error": error}
        if self.state not in (PENDING, ENQUEUED, STARTED):
            return {"reason": self.state}
        if self.state != STARTED and not self._reliability_has_runner():
            is_loaded = "queue_job" in config["server_wide_modules"]
            return {"reason": "no_runner" if is_loaded else "not_loaded"}
        if self.state != PENDING:
            return {"reason": self.state}
        for channel, reason, capacity in self.env.execute_query(
            SQL(_OBSTACLE, self.channel or "root")
        ):
            return {"reason": reason, "channel": channel, "capacity": capacity}
        if before := self._reliability_jobs_before():
            return {"reason": "behind", "before": before}
        return {"reason": PENDING}

    def _reliability_has_runner(self):
        return self.env["reliability.health.provider"]._job_runner_alive()

    def _reliability_jobs_before(self):
        """Return how many pending jobs the runner starts first, for sure."""
        counts = (SQL(query, self.id) for query in (_COMPETING, _AWAITED))
        return self.env.execute_query(SQL("SELECT (%s) + (%s)", *counts))[0][0]
