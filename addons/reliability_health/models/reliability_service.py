"""Alert thresholds and statuses of services."""

from odoo import fields, models

from ..evaluation import Thresholds
from .reliability_alert_thresholds import THRESHOLDS


class ReliabilityService(models.Model):
    _name = "reliability.service"
    _inherit = ["reliability.service", "reliability.alert.thresholds"]

    slow_threshold = fields.Float(default=0.2)
    refused_threshold = fields.Float(default=0.5)
    failing_threshold = fields.Float(default=0.05)
    interrupted_threshold = fields.Float(default=0.5)
    late_threshold = fields.Integer(
        string="Degraded: late",
        tracking=True,
        help="Minutes that waiting work may be late. 0: late work is only shown.",
    )
    status_ids = fields.One2many("reliability.service.status", "service_id")

    _late_threshold_positive = models.Constraint(
        "CHECK (late_threshold >= 0)", "Enter minutes, or 0 to only show what is late."
    )

    def _thresholds(self):
        """Return the alert thresholds of this service.

        :rtype: Thresholds
        """
        return Thresholds(**{name: self[field] for name, field in THRESHOLDS.items()})
