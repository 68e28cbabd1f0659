"""Tries of jobs: each that there was, as it was, also when its job is long gone."""

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL, file_open

from odoo.addons.reliability.api import NoForeignKeyMany2one, forget

from .retention import retention_of

OUTCOMES = [
    ("success", "Done"),
    ("retried", "Put off"),
    ("rejected", "Refused by Odoo"),
    ("failed", "Failed"),
    ("killed", "Worker died"),
    ("not_begun", "No worker took it"),
    ("unknown", "Nobody knows"),
]
_TRIGGERS = tuple(f"reliability_job_{of}" for of in ("turns", "done", "ended", "made"))
_FUNCTIONS = tuple(
    f"reliability_job_{of}" for of in ("turns", "done", "ended", "is_lost", "outcome")
)
"""Those that there are, and last those that there were."""
LOST = "reliability_job_attempt_lost"


class ReliabilityJobAttempt(models.Model):
    """Written by the triggers of ``data/attempts.sql`` only."""

    _name = "reliability.job.attempt"
    _description = "Try of a Job"
    _order = "ended desc, id desc"
    _log_access = False

    job_id = NoForeignKeyMany2one("queue.job", readonly=True, index=True)
    uuid = fields.Char(string="Job's UUID", readonly=True)
    name = fields.Char(string="Description", readonly=True)
    job = fields.Char(string="What Runs", readonly=True, help="Model and method.")
    channel = fields.Char(readonly=True)
    company_id = NoForeignKeyMany2one("res.company", readonly=True)
    number = fields.Integer(
        string="Try",
        readonly=True,
        aggregator=None,
        help="The how-manieth since somebody asked for the job.",
    )
    requeued_by_id = NoForeignKeyMany2one(
        "res.users", string="Requeued by", readonly=True
    )
    eligible = fields.Datetime(
        string="Could Begin",
        readonly=True,
        help="The latest of: the job was made or put off, what it depends on was done,"
        " and when it was to run.",
    )
    started = fields.Datetime(string="Began", readonly=True)
    ended = fields.Datetime(
        readonly=True, help="Where the worker died: when that was found."
    )
    delay = fields.Float(
        string="Waited (s)", readonly=True, digits=(16, 3), aggregator="avg"
    )
    seconds = fields.Float(
        string="Took (s)",
        readonly=True,
        digits=(16, 3),
        aggregator="avg",
        help="Where the worker died: until that was found.",
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    is_contended = fields.Boolean(
        string="In Each Other's Way",
        readonly=True,
        help="Another transaction was in the way. Such tries have no limit.",
    )
    is_retried = fields.Boolean(string="Another Try Follows", readonly=True)
    worker = fields.Char(readonly=True, help="Host and process.")
    error = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    explanation = fields.Char(string="What Happened", compute="_compute_explanation")

    _by_end = models.Index("(ended) INCLUDE (channel, is_retried)")
    _by_job = models.Index("(job, ended) INCLUDE (seconds) WHERE outcome = 'success'")

    def init(self):
        """Let jobs be put on record, once all tables and columns are there."""
        self.env.registry.post_init(self._create_triggers)
        self.env.registry.post_init(self.env["reliability.job.channel"]._create_views)

    @api.model
    def _create_triggers(self):
        self._drop_triggers()
        with file_open("reliability_queue_job/data/attempts.sql") as file:
            self.env.cr.execute(file.read())

    @api.model
    def _drop_triggers(self):
        for trigger in _TRIGGERS:
            name = SQL.identifier(trigger)
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON queue_job", name))
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s", name))

    @api.model
    def _forget_all(self):
        """Put nothing on record any more, for who uninstalls the addon."""
        self._drop_triggers()
        self.env.cr.execute(SQL("DROP SEQUENCE IF EXISTS %s", SQL.identifier(LOST)))

    @api.depends("name", "number")
    def _compute_display_name(self):
        for attempt in self:
            attempt.display_name = self.env._(
                "%(job)s, try %(number)s", job=attempt.name, number=attempt.number
            )

    @api.depends("outcome", "is_contended", "error", "message", "seconds")
    def _compute_explanation(self):
        for attempt in self:
            attempt.explanation = attempt._explain()

    def _explain(self):
        _ = self.env._
        if self.outcome == "killed":
            seconds = round(self.seconds)
            return _("The runner found its worker dead after %s s", seconds)
        if self.outcome == "not_begun":
            return _("It was handed out, and no worker took it")
        if self.outcome == "unknown":
            return _("Its state was changed while it ran")
        if self.is_contended:
            return _("Another transaction was in its way")
        if self.outcome == "failed" and self.error:
            return f"{self.error}: {self.message}" if self.message else self.error
        return self.message or ""

    @api.autovacuum
    def _gc_attempts(self):
        """Forget what is older than Settings say, a few at a time."""
        keep, now = retention_of(self.env), self.env.cr.now()
        last = self.sudo().search([], order="ended desc", offset=keep.rows, limit=1)
        too_many = last.ended + timedelta(seconds=1) if last else datetime.min
        before = max(now - timedelta(days=keep.days), too_many)
        return forget(self, "ended", before)


class ReliabilityJobRequeued(models.Model):
    """How many jobs the runner found dead and put back, ever."""

    _name = "reliability.job.requeued"
    _description = "Jobs Found Dead"
    _log_access = False

    channel = fields.Char(readonly=True)
    count = fields.Integer(readonly=True)

    _channel_unique = models.UniqueIndex("(channel)")
