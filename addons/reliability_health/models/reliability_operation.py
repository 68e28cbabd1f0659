"""Alert thresholds of operations."""

from odoo import fields, models

from .reliability_alert_thresholds import THRESHOLDS


class ReliabilityOperation(models.Model):
    _name = "reliability.operation"
    _inherit = ["reliability.operation", "reliability.alert.thresholds"]

    # Those that apply where the operation has none of its own, which is 0.
    service_slow_threshold = fields.Float(related="service_id.slow_threshold")
    service_refused_threshold = fields.Float(related="service_id.refused_threshold")
    service_failing_threshold = fields.Float(related="service_id.failing_threshold")
    service_interrupted_threshold = fields.Float(
        related="service_id.interrupted_threshold"
    )

    def _thresholds(self):
        """Return its own alert thresholds, or those of its service where it has none.

        :rtype: Thresholds
        """
        own = {name: self[field] for name, field in THRESHOLDS.items() if self[field]}
        return self.service_id._thresholds()._replace(**own)
