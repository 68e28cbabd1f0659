"""Services: what the company relies on, with its own names and procedures."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..telemetry.call_stats import CallStats
from ..telemetry.evaluation import Thresholds
from ..telemetry.families import evaluated_families
from .metric_code import check_metric_code
from .reliability_alert_thresholds import THRESHOLDS


class ReliabilityService(models.Model):
    _name = "reliability.service"
    _inherit = ["mail.thread", "mail.activity.mixin", "reliability.alert.thresholds"]
    _description = "Reliability Service"
    _counted_as = "service"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="The service label in metrics, such as order_processing. A new code"
        " begins new series.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    owner_id = fields.Many2one(
        "res.users",
        help="The person responsible for this service.",
    )
    criticality = fields.Selection(
        [
            ("critical", "Critical: goods stop moving at once"),
            ("high", "High: goods stop moving today"),
            ("medium", "Medium: people wait, goods move"),
            ("low", "Low: can wait until tomorrow"),
        ],
        required=True,
        default="medium",
    )
    depends_on_ids = fields.Many2many(
        "reliability.service",
        "reliability_service_dependency",
        "service_id",
        "depends_on_id",
        string="Depends on",
        help="Services that must work for this one to work.",
    )
    needed_by_ids = fields.Many2many(
        "reliability.service",
        "reliability_service_dependency",
        "depends_on_id",
        "service_id",
        string="Needed by",
        readonly=True,
    )
    description = fields.Text(
        translate=True, help="What the service does, for people of all departments."
    )
    runbook = fields.Html(
        translate=True,
        help="What to check and what to do when the service is degraded or"
        " interrupted.",
    )
    contingency = fields.Html(
        string="Contingency Procedure",
        translate=True,
        help="What people do by hand while the service is interrupted.",
    )
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
    operation_ids = fields.One2many("reliability.operation", "service_id")
    operation_count = fields.Integer(compute="_compute_operation_count")

    _code_unique = models.UniqueIndex(
        "(code)", "Another service has this code. Choose a different one."
    )
    _quiet_hours = models.Constraint(
        "CHECK (quiet_from >= 0 AND quiet_from < 24 AND quiet_to >= 0"
        " AND quiet_to < 24)",
        "Enter quiet hours as times of the day, such as 22:00 to 06:00.",
    )
    _late_threshold_positive = models.Constraint(
        "CHECK (late_threshold >= 0)", "Enter minutes, or 0 to only show what is late."
    )

    def _calls_today(self):
        """Add requests and scheduled actions, which some services consist of."""
        calls = super()._calls_today()
        shared = self._calls_of_today(family=evaluated_families(is_of_company=False))
        for key, stats in shared.items():
            calls[key] = calls.get(key, CallStats()) + stats
        return calls

    @api.depends("operation_ids")
    def _compute_operation_count(self):
        counts = dict(
            self.env["reliability.operation"]._read_group(
                [("service_id", "in", self.ids)], ["service_id"], ["__count"]
            )
        )
        for service in self:
            service.operation_count = counts.get(service._origin, 0)

    @api.constrains("code")
    def _check_code(self):
        for service in self:
            check_metric_code(service)

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

    @api.constrains("depends_on_ids")
    def _check_dependencies(self):
        if self._has_cycle("depends_on_ids"):
            raise ValidationError(
                self.env._(
                    "A service cannot depend on itself, directly or through other"
                    " services. Remove the dependency that leads back to it."
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if "code" in vals:
            self.env["reliability.operation"]._take_effect()
        return result

    def _thresholds(self):
        """Return the alert thresholds of this service.

        :rtype: Thresholds
        """
        return Thresholds(**{name: self[field] for name, field in THRESHOLDS.items()})

    def action_open_operations(self):
        """Open the operations of this service."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability.reliability_operation_action"
        )
        return action | {
            "domain": [("service_id", "=", self.id)],
            "context": {"default_service_id": self.id},
        }
