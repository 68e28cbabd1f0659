"""Alert thresholds of operations."""

from odoo import models

from .reliability_alert_thresholds import THRESHOLDS


class ReliabilityOperation(models.Model):
    _name = "reliability.operation"
    _inherit = ["reliability.operation", "reliability.alert.thresholds"]

    def _thresholds(self):
        """Return its own alert thresholds, or those of its service where it has none.

        :rtype: Thresholds
        """
        own = {name: self[field] for name, field in THRESHOLDS.items() if self[field]}
        return self.service_id._thresholds()._replace(**own)
