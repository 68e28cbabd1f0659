"""Columns of a job's own row for the attempt in progress.

The triggers of ``data/attempts.sql`` record attempts.  What only Python knows (the
worker, the error, the user who requeued the job) is written by the same UPDATE as the
state, so it costs no statement.
"""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.queue_job.job import STARTED

from .. import job_outcome, job_timing

_READ_ONLY = frozenset(
    (
        "reliability_since",
        "reliability_started",
        "reliability_attempts",
        "reliability_attempt_details",
    )
)
"""Columns that only this module and the triggers write."""
PROBLEMS = [
    ("blocking", "Blocks its channel"),
    ("long", "Runs far longer than usual"),
    ("looping", "Retried again and again"),
    ("rejected", "Rejected by Odoo"),
    ("died", "Killed its workers"),
    ("exhausted", "Used all its retries"),
    ("failed", "Failed"),
]


class QueueJob(models.Model):
    _inherit = "queue.job"

    # No prefetch: each column that is read with every job costs the queue 20 µs.
    reliability_since = fields.Datetime(
        string="Waiting Since",
        readonly=True,
        copy=False,
        prefetch=False,
        help="When the job was created or postponed, or the jobs that it depends on"
        " were done. It goes on waiting if no worker begins it.",
    )
    reliability_started = fields.Datetime(readonly=True, copy=False, prefetch=False)
    reliability_attempts = fields.Integer(
        string="Attempts", readonly=True, copy=False, prefetch=False
    )
    reliability_attempt_details = fields.Json(readonly=True, copy=False, prefetch=False)
    reliability_attempt_ids = fields.One2many(
        "reliability.job.attempt", "job_id", string="Recorded Attempts", readonly=True
    )
    reliability_attempt_count = fields.Integer(
        string="Number of Attempts", compute="_compute_reliability_attempt_count"
    )
    reliability_problem = fields.Selection(
        PROBLEMS,
        string="Problem",
        compute="_compute_reliability_problem",
        search="_search_reliability_problem",
        help="Why the job needs attention.",
    )

    def _compute_reliability_attempt_count(self):
        counts = dict(
            self.env["reliability.job.attempt"]._read_group(
                [("job_id", "in", self.ids)], ["job_id"], ["__count"]
            )
        )
        for job in self:
            job.reliability_attempt_count = counts.get(job, 0)

    def _compute_reliability_problem(self):
        self.flush_model()
        query = SQL(
            "SELECT id, problem FROM reliability_job_problem WHERE id = ANY(%s)",
            self.ids,
        )
        problems = dict(self.env.execute_query(query))
        for job in self:
            job.reliability_problem = problems.get(job.id, False)

    def _search_reliability_problem(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT id FROM reliability_job_problem"
                " WHERE problem = ANY(%s))",
                SQL.identifier(alias, "id"),
                [problem for problem in value if problem],
            )
        )

    def action_reliability_attempts(self):
        """Open the attempts of these jobs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_queue_job.reliability_job_attempt_action"
        )
        return action | {"domain": [("job_id", "in", self.ids)], "context": {}}

    def write(self, vals):
        vals = {key: value for key, value in vals.items() if key not in _READ_ONLY}
        state = vals.get("state")
        if state == STARTED:
            vals |= job_timing.start_values(self) or job_timing.NO_TIMING
        elif details := job_outcome.details_of_change(state):
            vals["reliability_attempt_details"] = details
        return super().write(vals)

    def _change_job_state(self, state, result=None):
        with job_outcome.requested_by(self.env.uid):
            return super()._change_job_state(state, result)
