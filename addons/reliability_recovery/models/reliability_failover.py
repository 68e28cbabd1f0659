"""Failover drills: how long requests were not answered, and what was lost."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import delete_oldest, masked, masked_name
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from ..drill_contract import canonical, without_secrets
from ..failover.contract import parse
from .reliability_drill import EVIDENCE_RETENTION, OTHER_EVIDENCE


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
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="The time in which no request was answered, added up.",
    )
    has_ended = fields.Boolean(
        readonly=True, help="Whether requests are answered again."
    )
    slowest = fields.Float(
        string="Slowest Answer (s)",
        digits=(16, 2),
        readonly=True,
        aggregator="max",
        help="Where a pooler lets requests wait, that is how long.",
    )
    lost = fields.Integer(
        string="Transactions Lost",
        readonly=True,
        help="Requests that were answered, and whose transactions are gone.",
    )
    unchecked = fields.Integer(
        string="Transactions Not Checked",
        readonly=True,
        aggregator=None,
        help="Requests that were answered, and not any more when they were sent again:"
        " whether their transactions are gone is unknown.",
    )
    server_before = fields.Char(
        readonly=True, help="System identifier and timeline; empty if they are unknown."
    )
    server_after = fields.Char(readonly=True)
    is_same_server = fields.Boolean(
        string="Same Server", readonly=True, help="No standby was promoted."
    )
    evidence = fields.Text(
        required=True, readonly=True, help="The report, as JSON without secrets."
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    confirmed_at = fields.Datetime(string="Confirmed on", readonly=True)

    _once = models.UniqueIndex("(name)")
    _by_end = models.Index('("end")')

    @api.model
    def _answer(self, number):
        """Return what identifies this transaction and its server, for JSON.

        Numbers only: a text of digits could be masked.
        """
        identity = self.env["reliability.recovery.heartbeat"]._identity()
        ((transaction, moment),) = self.env.execute_query(
            SQL(
                "SELECT pg_current_xact_id()::text::bigint,"
                " extract(epoch FROM clock_timestamp())"
            )
        )
        return {
            "number": number,
            "transaction": transaction,
            "at": float(moment),
            "system": int(identity.system or 0),
            "timeline": identity.timeline,
        }

    @api.model
    def _receive(self, report, body):
        """Store a report; sent again it changes nothing.

        :param Report report: what ``body`` is
        :return: what the sender is told, for JSON
        """
        stored = without_secrets(body, masked, masked_name)
        evidence = canonical(stored)
        found = self.search([("name", "=", report.name)])
        if found and found.evidence != evidence:
            raise InvalidMessage(OTHER_EVIDENCE)
        if not found:
            found = self.create({**_values_of(parse(stored)), "evidence": evidence})
        return {"failover": found.id}

    def action_confirm(self):
        """Confirm that the report is right; who and when is stored once."""
        self.check_access("read")
        self.filtered(lambda one: not one.confirmed_at).sudo().write(
            {"confirmed_by_id": self.env.uid, "confirmed_at": fields.Datetime.now()}
        )

    @api.autovacuum
    def _gc_failovers(self):
        return delete_oldest(self, "end", self.env.cr.now() - EVIDENCE_RETENTION)


def _values_of(report):
    """Return the values of a drill that a report without secrets has."""
    same = ("name", "host", "begin", "end", "requests", "slowest", "lost", "unchecked")
    interruptions, server = report.interruptions, report.server_before
    return {
        **{name: getattr(report, name) for name in same},
        "interrupted_at": interruptions[0].begin if interruptions else False,
        "seconds": sum(one.seconds or 0 for one in interruptions),
        "has_ended": all(one.seconds is not None for one in interruptions),
        "server_before": server,
        "server_after": report.server_after,
        "is_same_server": bool(server) and server == report.server_after,
    }
