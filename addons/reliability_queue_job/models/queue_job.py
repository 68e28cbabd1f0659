"""What a job's own row remembers of the try that it is in.

The triggers of ``data/attempts.sql`` put tries on record.  What only Python knows, the
error that a try ended with and who asked for another, travels in the same UPDATE.
"""

from odoo import fields, models

from odoo.addons.queue_job.job import STARTED

from .. import running, telling

_OURS = "reliability_"


class QueueJob(models.Model):
    _inherit = "queue.job"

    reliability_since = fields.Datetime(
        string="Waiting Since",
        readonly=True,
        copy=False,
        help="When it was made or put off, or what it depends on was done.",
    )
    reliability_began = fields.Datetime(readonly=True, copy=False)
    reliability_tries = fields.Integer(string="Tries", readonly=True, copy=False)
    reliability_note = fields.Json(readonly=True, copy=False)
    reliability_attempt_ids = fields.One2many(
        "reliability.job.attempt", "job_id", string="Tries on Record", readonly=True
    )
    reliability_attempt_count = fields.Integer(
        string="Number of Tries", compute="_compute_reliability_attempt_count"
    )

    def _compute_reliability_attempt_count(self):
        counts = dict(
            self.env["reliability.job.attempt"]._read_group(
                [("job_id", "in", self.ids)], ["job_id"], ["__count"]
            )
        )
        for job in self:
            job.reliability_attempt_count = counts.get(job, 0)

    def write(self, vals):
        vals = {key: vals[key] for key in vals if not key.startswith(_OURS)}
        state = vals.get("state")
        if state == STARTED:
            running.begins(self)
        if note := telling.of_state(state):
            vals["reliability_note"] = note
        return super().write(vals)

    def _change_job_state(self, state, result=None):
        with telling.asked_by(self.env.uid):
            return super()._change_job_state(state, result)
