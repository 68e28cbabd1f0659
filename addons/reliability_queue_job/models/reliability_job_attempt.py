"""Job attempts: the history of all jobs, which outlives the jobs."""

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    NoForeignKeyMany2one,
    create_functions,
    delete_oldest,
    formatting,
)

from .retention import retention_of

OUTCOMES = [
    ("success", "Done"),
    ("retried", "Postponed"),
    ("rejected", "Rejected by Odoo"),
    ("failed", "Failed"),
    ("killed", "Worker died"),
    ("not_begun", "Not started"),
    ("unknown", "Unknown"),
]
_TRIGGERS = (
    "reliability_job_requeue",
    "reliability_job_done",
    "reliability_job_ended",
)
_FUNCTIONS = (*_TRIGGERS, "reliability_job_count_lost_attempt")
LOST = "reliability_job_attempt_lost"
"""Sequence that counts attempts that could not be recorded."""


class ReliabilityJobAttempt(models.Model):
    """Written only by the triggers of ``data/attempts.sql``."""

    _name = "reliability.job.attempt"
    _description = "Job Attempt"
    _order = "ended desc, id desc"
    _log_access = False

    job_id = NoForeignKeyMany2one("queue.job", readonly=True, index=True)
    uuid = fields.Char(string="Job UUID", readonly=True)
    name = fields.Char(string="Description", readonly=True)
    job = fields.Char(string="Method", readonly=True, help="Model and method.")
    channel = fields.Char(readonly=True)
    company_id = NoForeignKeyMany2one("res.company", readonly=True)
    number = fields.Integer(
        string="Attempt",
        readonly=True,
        aggregator=None,
        help="Counted from when the job was created or last requeued by a user.",
    )
    requeued_by_id = NoForeignKeyMany2one(
        "res.users", string="Requeued by", readonly=True
    )
    eligible = fields.Datetime(
        string="Eligible since",
        readonly=True,
        help="The latest of: when the job was created or postponed, when the jobs that"
        " it depends on were done, and its planned time.",
    )
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(
        readonly=True, help="If the worker died: when the runner found it dead."
    )
    delay = fields.Float(
        string="Delay (s)", readonly=True, digits=(16, 3), aggregator="avg"
    )
    seconds = fields.Float(
        string="Duration (s)",
        readonly=True,
        digits=(16, 3),
        aggregator="avg",
        help="If the worker died: until the runner found it dead.",
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    is_contended = fields.Boolean(
        string="Contention",
        readonly=True,
        help="A concurrent transaction caused the retry. Such retries have no limit.",
    )
    is_retried = fields.Boolean(
        string="Retried", readonly=True, help="Another attempt follows."
    )
    worker = fields.Char(readonly=True, help="Host and process.")
    error = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    explanation = fields.Char(compute="_compute_explanation")

    _by_end = models.Index("(ended) INCLUDE (channel, is_retried)")
    _by_job = models.Index("(job, ended) INCLUDE (seconds) WHERE outcome = 'success'")

    def init(self):
        """Create the triggers once all tables and columns exist."""
        self.env.registry.post_init(self._create_triggers)
        self.env.registry.post_init(self.env["reliability.job.channel"]._create_views)

    @api.model
    def _create_triggers(self):
        self._drop_triggers()
        create_functions(self.env.cr, "reliability_queue_job/data/attempts.sql")

    @api.model
    def _drop_triggers(self):
        for trigger in _TRIGGERS:
            name = SQL.identifier(trigger)
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON queue_job", name))
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s", name))

    @api.model
    def _drop_sql_objects(self):
        """Drop triggers, functions and sequence, for the uninstallation."""
        self._drop_triggers()
        self.env.cr.execute(SQL("DROP SEQUENCE IF EXISTS %s", SQL.identifier(LOST)))

    @api.depends("name", "number")
    def _compute_display_name(self):
        for attempt in self:
            attempt.display_name = self.env._(
                "%(job)s, attempt %(number)s", job=attempt.name, number=attempt.number
            )

    @api.depends("outcome", "is_contended", "error", "message", "seconds")
    def _compute_explanation(self):
        for attempt in self:
            attempt.explanation = attempt._explain()

    def _explain(self):
        _ = self.env._
        if self.outcome == "killed":
            age = formatting.duration(self.env, self.seconds)
            return _("The job runner found the worker dead after %(age)s", age=age)
        if self.outcome == "not_begun":
            return _("The runner handed out the job, and no worker started it")
        if self.outcome == "unknown":
            return _("The state of the job was changed while it ran")
        if self.is_contended:
            return _("A concurrent transaction conflicted with the job")
        if self.outcome == "failed" and self.error:
            return f"{self.error}: {self.message}" if self.message else self.error
        return self.message or ""

    @api.autovacuum
    def _gc_attempts(self):
        """Delete a batch of attempts beyond the retention of Settings."""
        retention, now = retention_of(self.env), self.env.cr.now()
        surplus = self.sudo().search(
            [], order="ended desc", offset=retention.rows, limit=1
        )
        before = max(
            now - timedelta(days=retention.days),
            surplus.ended + timedelta(seconds=1) if surplus else datetime.min,
        )
        return delete_oldest(self, "ended", before)


class ReliabilityJobRequeued(models.Model):
    """How many dead jobs the runner has put back into the queue, since installation."""

    _name = "reliability.job.requeued"
    _description = "Jobs Found Dead"
    _log_access = False

    channel = fields.Char(readonly=True)
    count = fields.Integer(readonly=True)

    _channel_unique = models.UniqueIndex("(channel)")
