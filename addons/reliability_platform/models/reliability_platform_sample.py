"""Trends of the platform: numbers by the minute."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import delete_oldest

_RETENTION = timedelta(days=14)


class ReliabilityPlatformSample(models.Model):
    """Written only by the collector, in the operator database: see
    ``collector/operator_tables``.
    """

    _name = "reliability.platform.sample"
    _description = "Platform Sample"
    _log_access = False
    _order = "kind, subject, metric, minute"

    kind = fields.Char(required=True)
    subject = fields.Char(help="Empty for the PostgreSQL cluster.")
    metric = fields.Char(required=True)
    minute = fields.Datetime(required=True)
    value = fields.Float(required=True)

    _sample_unique = models.UniqueIndex("(kind, subject, metric, minute)")
    _by_minute = models.Index("(minute)")

    @api.autovacuum
    def _gc_samples(self):
        return delete_oldest(self, "minute", self.env.cr.now() - _RETENTION)
