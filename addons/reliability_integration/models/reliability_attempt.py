"""Attempts: each call of an exchange, with its outcome and its transaction."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import NoForeignKeyMany2one

_DAYS_OF_EXCERPTS = 30
_BATCH_SIZE = 2000


class ReliabilityAttempt(models.Model):
    """What is recorded is never changed: a trigger refuses it, see
    ``data/ledger.sql``.
    """

    _name = "reliability.attempt"
    _description = "Attempt"
    _order = "started desc, id desc"
    _log_access = False

    uid = fields.Char(string="Ledger Id", required=True, readonly=True)
    exchange_id = NoForeignKeyMany2one(
        "reliability.exchange", readonly=True, index=True
    )
    integration_id = fields.Many2one(
        string="System", related="exchange_id.integration_id"
    )
    operation = fields.Char(related="exchange_id.operation")
    res_name = fields.Char(string="Document", related="exchange_id.res_name")
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    seconds = fields.Float(
        string="Duration (s)", readonly=True, digits=(16, 3), aggregator="avg"
    )
    outcome = fields.Selection(
        [
            ("succeeded", "Done"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("rejected", "Refused by Odoo"),
        ],
        readonly=True,
        help="What the partner system did. Unknown: the partner system did not answer.",
    )
    presumed = fields.Boolean(
        string="Presumed Outcome",
        readonly=True,
        help="The worker has not reported this outcome: it died during the call, or"
        " nothing was heard of it for an hour. What it reports later corrects it.",
    )
    status = fields.Integer(string="HTTP Status", readonly=True, aggregator=None)
    error_class = fields.Char(readonly=True)
    error_message = fields.Text(readonly=True)
    calls = fields.Integer(
        string="Network Calls", readonly=True, help="Calls over the network."
    )
    external_seconds = fields.Float(
        string="External Time (s)",
        readonly=True,
        digits=(16, 3),
        aggregator="avg",
        help="Part of the duration that Odoo waited for the partner system.",
    )
    transaction_state = fields.Selection(
        [
            ("committed", "Committed"),
            ("rolled_back", "Rolled back"),
            ("unknown", "Unknown"),
        ],
        string="Odoo's Transaction",
        readonly=True,
        help="Whether Odoo committed the changes that it made around the call.",
    )
    is_state_presumed = fields.Boolean(
        string="Presumed Transaction",
        readonly=True,
        help="The worker has not reported how Odoo's transaction ended: this is what"
        " PostgreSQL knows of it. It is corrected if it is reported later.",
    )
    retried = fields.Boolean(string="Another Attempt Follows", readonly=True)
    transaction_id = fields.Char(string="Transaction Id", readonly=True)
    database_identity = fields.Char(readonly=True)
    worker = fields.Char(
        readonly=True, help="The worker's lease of a slot, which ends when it dies."
    )
    host = fields.Char(readonly=True)
    pid = fields.Integer(string="Process", readonly=True, aggregator=None)
    job = fields.Char(readonly=True, help="UUID of the queue job.")
    user_id = NoForeignKeyMany2one("res.users", readonly=True)
    request = fields.Text(readonly=True, groups="reliability.group_admin")
    answer = fields.Text(readonly=True, groups="reliability.group_admin")

    _uid_unique = models.UniqueIndex("(uid)")
    _by_start = models.Index("(started)")
    _undecided = models.Index(
        "(id) WHERE transaction_state IS NULL OR transaction_state = 'unknown'"
    )

    _with_excerpts = models.Index(
        "(started) WHERE request IS NOT NULL OR answer IS NOT NULL"
    )

    @api.depends("exchange_id")
    def _compute_display_name(self):
        for attempt in self:
            attempt.display_name = attempt.exchange_id.display_name

    @api.autovacuum
    def _gc_excerpts(self):
        """Delete old excerpts; the attempts stay."""
        self.env.cr.execute(
            """
            UPDATE reliability_attempt SET request = NULL, answer = NULL WHERE id IN (
                SELECT id FROM reliability_attempt
                 WHERE (request IS NOT NULL OR answer IS NOT NULL)
                   AND started < now() AT TIME ZONE 'UTC' - %s
                 ORDER BY started LIMIT %s)
            """,
            [timedelta(days=_DAYS_OF_EXCERPTS), _BATCH_SIZE],
        )
        self.invalidate_model(["request", "answer"])
        return self.env.cr.rowcount, self.env.cr.rowcount == _BATCH_SIZE
