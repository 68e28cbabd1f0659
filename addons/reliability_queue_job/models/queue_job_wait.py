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
        """Return how many pending jobs of its channel the runner starts first."""
        return self.search_count(
            [
                ("state", "=", PENDING),
                ("channel", "=", self.channel),
                *("|", ("priority", "<", self.priority)),
                *("&", ("priority", "=", self.priority), ("id", "<", self.id)),
            ]
        )
