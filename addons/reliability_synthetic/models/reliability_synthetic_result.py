"""Results of the steps of a run, by attempt."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import delete_oldest

from .problem_messages import describe_problem, step_name

RESULT_DAYS = 14
"""How long they are stored; a run itself says what has failed, and longer."""


class ReliabilitySyntheticResult(models.Model):
    _name = "reliability.synthetic.result"
    _description = "Result of a Synthetic Step"
    _order = "run_id desc, attempt, sequence, id"
    _log_access = False

    run_id = fields.Many2one(
        "reliability.synthetic.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    attempt = fields.Integer(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    step = fields.Char(required=True, readonly=True)
    step_name = fields.Char(compute="_compute_words")
    started_at = fields.Datetime(
        string="Started", required=True, readonly=True, index=True
    )
    seconds = fields.Float(
        string="Duration (s)", readonly=True, digits=(16, 3), aggregator="avg"
    )
    result = fields.Selection(
        [("passed", "Passed"), ("slow", "Slow"), ("failed", "Failed")],
        required=True,
        readonly=True,
    )
    cause = fields.Char(readonly=True)
    error = fields.Char(readonly=True)
    values = fields.Json(readonly=True)
    problem = fields.Char(compute="_compute_words")

    @api.depends("step", "cause", "error", "values")
    @api.depends_context("lang")
    def _compute_words(self):
        for result in self:
            result.step_name = step_name(self.env, result.step)
            result.problem = result.result == "failed" and describe_problem(
                self.env,
                result.step,
                result.cause or "",
                result.error or "",
                result.values or {},
            )

    @api.autovacuum
    def _gc_results(self):
        return delete_oldest(
            self, "started_at", self.env.cr.now() - timedelta(days=RESULT_DAYS)
        )
