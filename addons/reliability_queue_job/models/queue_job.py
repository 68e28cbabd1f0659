"""What a job's own row remembers of the try that it is in.

The triggers of ``data/attempts.sql`` put tries on record.  What only Python knows, by
whom a try was begun, which error it ended with and who asked for another, travels in
the same UPDATE.
"""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.queue_job.job import STARTED

from .. import job_outcome, job_timing

_OURS = frozenset(f"reliability_{name}" for name in ("since", "began", "tries", "note"))
"""What nobody writes but we."""
PROBLEMS = [
    ("blocking", "Blocks its channel"),
    ("long", "Runs far longer than usual"),
    ("looping", "Tried again and again"),
    ("refused", "Refused by Odoo"),
    ("died", "Cost its worker the life"),
    ("exhausted", "Put off too often"),
    ("failed", "Failed"),
]


class QueueJob(models.Model):
    _inherit = "queue.job"

    # Each column that comes along whenever a job is read costs the queue 20 µs.
    reliability_since = fields.Datetime(
        string="Waiting Since",
        readonly=True,
        copy=False,
        prefetch=False,
        help="When it was made or put off, or what it depends on was done.",
    )
    reliability_started = fields.Datetime(readonly=True, copy=False, prefetch=False)
    reliability_attempts = fields.Integer(
        string="Tries", readonly=True, copy=False, prefetch=False
    )
    reliability_attempt_details = fields.Json(readonly=True, copy=False, prefetch=False)
    reliability_attempt_ids = fields.One2many(
        "reliability.job.attempt", "job_id", string="Tries on Record", readonly=True
    )
    reliability_attempt_count = fields.Integer(
        string="Number of Tries", compute="_compute_reliability_attempt_count"
    )
    reliability_problem = fields.Selection(
        PROBLEMS,
        string="Trouble",
        compute="_compute_reliability_problem",
        search="_search_reliability_problem",
        help="Why somebody should look at it.",
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
            "SELECT id, trouble FROM reliability_job_problem WHERE id = ANY(%s)",
            self.ids,
        )
        troubles = dict(self.env.execute_query(query))
        for job in self:
            job.reliability_problem = troubles.get(job.id, False)

    def _search_reliability_problem(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT id FROM reliability_job_problem"
                " WHERE trouble = ANY(%s))",
                SQL.identifier(alias, "id"),
                [trouble for trouble in value if trouble],
            )
        )

    def action_reliability_attempts(self):
        """Open the tries of these jobs."""
        tries = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_queue_job.reliability_job_attempt_action"
        )
        return tries | {"domain": [("job_id", "in", self.ids)], "context": {}}

    def write(self, vals):
        vals = {key: value for key, value in vals.items() if key not in _OURS}
        state = vals.get("state")
        if state == STARTED:
            vals |= job_timing.begins(self) or job_timing.NO_TIMING
        elif note := job_outcome.of_state(state):
            vals["reliability_attempt_details"] = note
        return super().write(vals)

    def _change_job_state(self, state, result=None):
        with job_outcome.asked_by(self.env.uid):
            return super()._change_job_state(state, result)
