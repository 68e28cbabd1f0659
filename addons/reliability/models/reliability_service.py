"""What the company relies on, in its own words."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .code import check_code


class ReliabilityService(models.Model):
    _name = "reliability.service"
    _description = "Reliability Service"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Names the service in metrics, such as order_processing. A new code"
        " begins new series.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    owner_id = fields.Many2one(
        "res.users",
        help="Who answers for this service, and is asked first when it is in trouble.",
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
        translate=True, help="What it is for, in words that everybody understands."
    )
    runbook = fields.Html(
        translate=True, help="What to look at, and what to do, when it is in trouble."
    )
    contingency = fields.Html(
        string="Contingency Procedure",
        translate=True,
        help="What people do by hand while it is down.",
    )
    operation_ids = fields.One2many("reliability.operation", "service_id")
    operation_count = fields.Integer(compute="_compute_operation_count")

    _code_unique = models.UniqueIndex(
        "(code)", "There is a service with this code already; choose another."
    )

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
            check_code(service)

    @api.constrains("depends_on_ids")
    def _check_dependencies(self):
        if self._has_cycle("depends_on_ids"):
            raise ValidationError(
                self.env._(
                    "A service cannot depend on itself, not even by way of others."
                    " Take out the dependency that leads back."
                )
            )

    def write(self, vals):
        result = super().write(vals)
        if "code" in vals:
            self.env["reliability.operation"]._take_effect()
        return result

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
