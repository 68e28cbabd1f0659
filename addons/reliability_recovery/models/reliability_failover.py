"""Failover drills: how long requests were not answered, and what was lost."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import delete_oldest, masked

_RETENTION = timedelta(days=1100)


class ReliabilityFailover(models.Model):
    """Written by messages only; a person confirms each of them once."""

    _name = "reliability.failover"
    _description = "Failover Drill"
    _log_access = False
    _order = "begin desc, id desc"

    name = fields.Char(required=True, readonly=True)
    host = fields.Char(readonly=True, help="That has sent the requests.")
    begin = fields.Datetime(required=True, readonly=True)
    end = fields.Datetime(required=True, readonly=True)
    requests = fields.Integer(readonly=True, aggregator=None)
    interrupted_at = fields.Datetime(string="Interrupted on", readonly=True)
    seconds = fields.Float(
        string="Interruption (s)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="The longest time in which no request was answered.",
    )
    has_ended = fields.Boolean(
        readonly=True, help="Whether requests were answered again."
    )
    lost = fields.Integer(
        string="Transactions Lost",
        readonly=True,
        help="Requests that were answered, and whose transactions are gone.",
    )
    is_same_server = fields.Boolean(
        readonly=True,
        help="System identifier and timeline are as before: no standby was promoted.",
    )
    evidence = fields.Text(required=True, readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    confirmed_at = fields.Datetime(string="Confirmed on", readonly=True)

    _once = models.UniqueIndex("(name)")
    _by_end = models.Index('("end")')

    @api.model
    def _receive(self, report, body):
        """Store a report; sent again it changes nothing.

        :param Report report: what ``body`` is
        :return: what the sender is told, for JSON
        """
        found = self.search([("name", "=", report.name)])
        if not found:
            longest = report.longest
            found = self.create(
                {
                    "name": report.name,
                    "host": masked(report.host),
                    "begin": report.begin,
                    "end": report.end,
                    "requests": report.requests,
                    "interrupted_at": longest and longest.begin,
                    "seconds": longest and longest.seconds or 0,
                    "has_ended": bool(longest) and longest.seconds is not None,
                    "lost": report.lost,
                    "is_same_server": report.server_before == report.server_after,
                    "evidence": masked(json.dumps(body, indent=2)),
                }
            )
        return {"failover": found.id}

    @api.model
    def _answer(self, number):
        """Return what identifies this transaction, and the server that it is on."""
        identity = self.env["reliability.recovery.heartbeat"]._identity()
        ((transaction, moment),) = self.env.execute_query(
            SQL("SELECT pg_current_xact_id()::text, clock_timestamp()::text")
        )
        return {
            "number": number,
            "transaction": transaction,
            "at": moment,
            "server": f"{identity.system}/{identity.timeline}",
        }

    def action_confirm(self):
        """Confirm that the report is right; who and when is stored once."""
        self.check_access("read")
        self.filtered(lambda one: not one.confirmed_at).sudo().write(
            {"confirmed_by_id": self.env.uid, "confirmed_at": fields.Datetime.now()}
        )

    @api.autovacuum
    def _gc_failovers(self):
        return delete_oldest(self, "end", self.env.cr.now() - _RETENTION)
