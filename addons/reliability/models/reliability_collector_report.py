"""Collector reports: what the collectors of all hosts have told this database."""

from datetime import timedelta

from odoo import api, fields, models

from .retention import delete_oldest

_CURRENT = timedelta(hours=1)
_RETENTION = timedelta(days=60)


class ReliabilityCollectorReport(models.Model):
    """One row for each collector, which replaces it at each poll, see
    :mod:`..collector.report`.
    """

    _name = "reliability.collector.report"
    _description = "Collector Report"
    _log_access = False

    source = fields.Char(required=True)
    host = fields.Char(required=True)
    reported = fields.Datetime(required=True, help="By the clock of the database.")
    ended_leases = fields.Json(
        required=True,
        help="Identity of a slot → number of its last lease that has ended.",
    )
    waiting = fields.Json(
        required=True, help="Names of the messages in the outbox for this database."
    )
    refused = fields.Integer(required=True, help="Messages that were refused.")
    refusal = fields.Text(required=True, help="The error of the last refusal.")

    _source_unique = models.UniqueIndex("(source)")

    @api.model
    def _refusing(self):
        """Return the current reports of collectors with refused messages."""
        since = self.env.cr.now() - _CURRENT
        return self.sudo().search([("refused", ">", 0), ("reported", ">", since)])

    @api.autovacuum
    def _gc_reports(self):
        """Delete the reports of old collectors: each new state file has a new one."""
        return delete_oldest(self, "reported", self.env.cr.now() - _RETENTION)
