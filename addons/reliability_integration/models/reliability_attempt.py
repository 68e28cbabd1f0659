"""Attempts: each try of an exchange, as it was."""

from odoo import api, fields, models

from odoo.addons.reliability.api import NoForeignKeyMany2one


class ReliabilityAttempt(models.Model):
    """Nothing that was noted is changed: a trigger sees to it."""

    _name = "reliability.attempt"
    _description = "Attempt"
    _order = "started desc, id desc"
    _log_access = False

    uid = fields.Char(string="Id in the Ledger", required=True, readonly=True)
    exchange_id = NoForeignKeyMany2one(
        "reliability.exchange", readonly=True, index=True
    )
    integration_id = fields.Many2one(related="exchange_id.integration_id")
    operation = fields.Char(related="exchange_id.operation")
    res_name = fields.Char(related="exchange_id.res_name")
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    seconds = fields.Float(readonly=True, digits=(16, 3), aggregator="avg")
    outcome = fields.Selection(
        [
            ("succeeded", "Done"),
            ("failed", "Failed"),
            ("unknown", "Nobody knows"),
            ("rejected", "Refused by Odoo"),
        ],
        readonly=True,
        help="What the counterpart did, as far as we can know.",
    )
    presumed = fields.Boolean(
        readonly=True, help="The worker has died; this is what must be assumed."
    )
    status = fields.Integer(string="HTTP Status", readonly=True, aggregator=None)
    error = fields.Char(string="Error Class", readonly=True)
    message = fields.Text(readonly=True)
    calls = fields.Integer(readonly=True, help="Over the network.")
    external = fields.Float(
        string="Of It Waiting (s)", readonly=True, digits=(16, 3), aggregator="avg"
    )
    transaction_state = fields.Selection(
        [("committed", "Kept"), ("rolled_back", "Undone"), ("unknown", "Nobody knows")],
        string="Our Transaction",
        readonly=True,
        help="Whether Odoo has kept what it did around the call.",
    )
    retried = fields.Boolean(string="Another Try Follows", readonly=True)
    xact = fields.Char(string="Transaction", readonly=True)
    home = fields.Char(string="Database Id", readonly=True)
    backend = fields.Char(string="Ledger's Connection", readonly=True)
    host = fields.Char(readonly=True)
    pid = fields.Integer(string="Process", readonly=True, aggregator=None)
    job = fields.Char(readonly=True, help="The queue's id of it.")
    user_id = NoForeignKeyMany2one("res.users", readonly=True)
    request = fields.Text(readonly=True, groups="reliability.group_admin")
    answer = fields.Text(readonly=True, groups="reliability.group_admin")

    _uid_unique = models.UniqueIndex("(uid)")
    _by_start = models.Index("(started)")
    _undecided = models.Index(
        "(id) WHERE transaction_state IS NULL OR transaction_state = 'unknown'"
    )

    @api.depends("exchange_id")
    def _compute_display_name(self):
        for attempt in self:
            attempt.display_name = attempt.exchange_id.display_name
