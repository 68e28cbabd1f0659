"""Services: what the company relies on, with its own names and procedures."""

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import file_path, html2plaintext, is_html_empty

from ..telemetry.call_stats import CallStats
from ..telemetry.families import evaluated_families
from .metric_code import check_metric_code

_PROCEDURES = {"contingency", "runbook"}


class ReliabilityService(models.Model):
    _name = "reliability.service"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "reliability.by.code",
        "reliability.calls.today",
    ]
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
    operation_ids = fields.One2many("reliability.operation", "service_id")
    operation_count = fields.Integer(compute="_compute_operation_count")

    _code_unique = models.UniqueIndex(
        "(code)", "Another service has this code. Choose a different one."
    )

    def _calls_today(self):
        """Return the calls of all families that say how a service is."""
        companies = self.env["reliability.health.provider"]._business_companies()
        calls = self._calls_of_today(
            company_id=companies, family=evaluated_families(is_of_company=True)
        )
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

    @api.constrains("depends_on_ids")
    def _check_dependencies(self):
        if self._has_cycle("depends_on_ids"):
            raise ValidationError(
                self.env._(
                    "A service cannot depend on itself, directly or through other"
                    " services. Remove the dependency that leads back to it."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        services = super().create(vals_list)
        self.env["reliability.operation"]._signal_change()
        return services

    def write(self, vals):
        result = super().write(vals)
        if "code" in vals:
            self.env["reliability.operation"]._signal_change()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["reliability.operation"]._signal_change()
        return result

    def _first_paragraph(self):
        """Return what to do at once: the beginning of the contingency procedure."""
        text = html2plaintext(self.contingency or "").strip()
        return text.partition("\n")[0].strip()

    @api.model
    def _fill_procedures(self, addon):
        """Write the procedures that an addon ships where its services have none.

        For migrations: people edit procedures, so an upgrade overwrites none.
        """
        data = etree.parse(file_path(f"{addon}/data/reliability_service.xml"))
        env = self.with_context(lang=None).env
        for field in data.iterfind("//record/field"):
            service = env.ref(_xmlid(addon, field), raise_if_not_found=False)
            name = field.get("name")
            if service and name in _PROCEDURES and is_html_empty(service[name]):
                service[name] = field.text

    def action_open_operations(self):
        """Open the operations of this service."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability.reliability_operation_action"
        )
        return action | {
            "domain": [("service_id", "=", self.id)],
            "context": {"default_service_id": self.id},
        }


def _xmlid(addon, field):
    """Return the complete external id of the record that a field of data is of."""
    name = field.getparent().get("id")
    return name if "." in name else f"{addon}.{name}"
