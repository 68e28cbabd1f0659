"""Alert thresholds, notifications and statuses of services."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

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
        help="Minutes that waiting work may be late. 0: late work is only shown.",
    )
    notify_user_ids = fields.Many2many(
        "res.users",
        "reliability_service_notify_user",
        string="Notify",
        domain="[('share', '=', False)]",
        help="Notified once per change: when the service is degraded, interrupted, or"
        " fine again. Empty: the owner.",
    )
    notify_by_activity = fields.Boolean(string="Activity", default=True)
    notify_by_chat = fields.Boolean(string="Discuss")
    notify_by_mail = fields.Boolean(string="Mail")
    quiet_from = fields.Float(
        string="Quiet from", help="In the time zone of the owner."
    )
    quiet_to = fields.Float(
        string="Quiet to",
        help="A state that still holds at this time is notified then.",
    )
    status_ids = fields.One2many("reliability.service.status", "service_id")

    _quiet_hours = models.Constraint(
        "CHECK (quiet_from >= 0 AND quiet_from < 24 AND quiet_to >= 0"
        " AND quiet_to < 24)",
        "Enter quiet hours as times of the day, such as 22:00 to 06:00.",
    )
    _late_threshold_positive = models.Constraint(
        "CHECK (late_threshold >= 0)", "Enter minutes, or 0 to only show what is late."
    )

    @api.constrains("notify_user_ids", "owner_id")
    def _check_notified(self):
        for user in self.notify_user_ids | self.owner_id:
            if not user.has_group("reliability.group_viewer"):
                raise ValidationError(
                    self.env._(
                        "%(user)s has no role of Reliability and cannot be notified."
                        " Give this user the role Viewer first.",
                        user=user.name,
                    )
                )

    def _recipients(self):
        """Return the users who are notified of this service, if anybody is."""
        if not (self.notify_by_activity or self.notify_by_chat or self.notify_by_mail):
            return self.env["res.users"]
        recipients = self.notify_user_ids or self.owner_id
        return recipients.filtered("active")

    def _thresholds(self):
        """Return the alert thresholds of this service.

        :rtype: Thresholds
        """
        return Thresholds(**{name: self[field] for name, field in THRESHOLDS.items()})
