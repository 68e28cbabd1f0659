"""Operations: the business methods that are measured, by the names that users know."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..instrumentation.eligibility import NotEligible, check
from ..instrumentation.labels import sources
from ..instrumentation.registry import SWITCHED_OFF, instrumentation_of
from ..instrumentation.schema import report
from ..telemetry.call_stats import EXCLUDED
from .metric_code import check_metric_code
from .parameters import read_parameter

_METHOD_FIELDS = {"model", "model_id", "method", "dimension"}
_SIGNALLED_FIELDS = _METHOD_FIELDS | {"active", "code", "service_id", "threshold"}


class ReliabilityOperation(models.Model):
    _name = "reliability.operation"
    _inherit = ["mail.thread", "reliability.by.code", "reliability.calls.today"]
    _description = "Measured Operation"
    _counted_as = "operation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Names the operation in metrics, such as order_confirmation. A new code"
        " begins new series.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(
        default=True, help="Archive an operation to stop measuring it."
    )
    service_id = fields.Many2one("reliability.service", required=True, index=True)
    model = fields.Char(required=True, help="The technical name of a model.")
    model_id = fields.Many2one(
        "ir.model",
        string="Document",
        compute="_compute_model_id",
        inverse="_inverse_model_id",
        help="The kind of document that the method works on.",
    )
    method = fields.Char(
        required=True,
        help="The method that is called, such as action_confirm. It is measured with"
        " all its extensions, and in models that inherit it.",
    )
    dimension = fields.Char(
        string="Split by",
        help="A field, or a path of fields, to a selection of a document or to a record"
        " that can be a label, such as partner_id.company_id. If empty, calls are split"
        " by the company_id and the warehouse_id of the document.",
    )
    threshold = fields.Float(
        string="Latency threshold",
        required=True,
        default=3.0,
        digits=(16, 2),
        tracking=True,
        help="Seconds. Calls that take longer are slow.",
    )
    preview = fields.Text(
        string="Labels in metrics",
        compute="_compute_preview",
        help="The labels of a call on the newest document.",
    )
    top_calls_today = fields.Integer(compute="_compute_top_calls_today")
    problem = fields.Text(
        compute="_compute_problem",
        search="_search_problem",
    )

    _code_unique = models.UniqueIndex(
        "(code)", "Another operation has this code already; enter another code."
    )
    _method_unique = models.UniqueIndex(
        "(model, method)",
        "Another operation, perhaps an archived one, measures this method already."
        " Change that operation.",
    )
    _threshold_positive = models.Constraint(
        "CHECK (threshold > 0)", "Enter more than 0 seconds."
    )

    @api.depends("model")
    def _compute_model_id(self):
        for operation in self:
            operation.model_id = self.env["ir.model"]._get(operation.model)

    def _inverse_model_id(self):
        for operation in self:
            operation.model = operation.model_id.model

    @api.depends("model", "method", "dimension", "active")
    def _compute_problem(self):
        off = read_parameter(self.env, SWITCHED_OFF)
        for operation in self:
            operation.problem = operation._problem()
            if off and operation.active and not operation.problem:
                operation.problem = self.env._("Measuring is paused in Settings.")

    @api.depends_context("uid", "tz", "allowed_company_ids")
    def _compute_top_calls_today(self):
        counts = self.env["reliability.top.call"]._count_today(self)
        for operation in self:
            operation.top_calls_today = counts.get(operation._origin, 0)

    @api.depends("model_id", "method", "dimension", "code", "service_id")
    def _compute_preview(self):
        for operation in self:
            operation.preview = operation._preview()

    def _preview(self):
        """Return the labels of a call on the newest document, a line for each."""
        # Only system administrators may read ir.model.
        model = self.sudo().model_id.model or self.model
        if not model or not self.method:
            return ""
        try:
            check(self.env, model, self.method)
            label_sources = sources(self.env, model, self.dimension)
        except NotEligible as problem:
            return str(problem)
        labels = {"service": self.service_id.code, "operation": self.code}
        newest = self.env[model].browse()
        if newest.has_access("read"):
            newest = newest.search([], order="id desc", limit=1)
        for source in label_sources:
            value = newest.sudo()[source.field.name]
            value = value.id if source.field.relational else value
            labels[source.label] = source.text(self.env.cr, value)
        lines = [f"{name}: {value or '-'}" for name, value in labels.items()]
        if newest:
            lines.append(self.env._("as for %s", newest.display_name))
        return "\n".join(lines)

    def _search_problem(self, operator, value):
        if operator != "in":
            return NotImplemented
        operations = self.with_context(active_test=False).search([])
        problems = {operation.id: operation.problem for operation in operations}
        return [("id", "in", [key for key, text in problems.items() if text in value])]

    def _problem(self):
        """Return the reason why this operation cannot be measured, or ``False``."""
        try:
            check(self.env, self.model, self.method)
            sources(self.env, self.model, self.dimension)
        except NotEligible as problem:
            return str(problem)
        return False

    def action_open_calls(self):
        """Open today's slow, rejected and failed calls of this operation."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability.reliability_top_call_action"
        )
        today = self.env["reliability.top.call"]._today()
        return action | {
            "domain": [("operation_id", "=", self.id), *today],
            "context": {"search_default_by_error": 1},
        }

    def action_open_calls_today(self):
        """Open today's calls of this operation by hour, which add up to their number.

        Without those that do not count: that were retried or rolled back.
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability.reliability_report_action"
        )
        companies = self.env["reliability.health.provider"]._business_companies()
        return action | {
            "domain": [
                ("operation_id", "=", self.id),
                ("outcome", "not in", EXCLUDED),
                ("company_id", "in", list(companies)),
                *self.env["reliability.report"]._today(),
            ],
            "context": {
                "graph_mode": "bar",
                "graph_groupbys": ["start:hour", "outcome"],
            },
        }

    @api.constrains("code")
    def _check_code(self):
        for operation in self:
            check_metric_code(operation)

    @api.constrains("model", "method", "dimension")
    def _check_eligible(self):
        for operation in self:
            if problem := operation._problem():
                raise ValidationError(problem)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_choose_method(*vals_list, self._defaults_of_context())
        operations = super().create([self._with_model(vals) for vals in vals_list])
        self._signal_change()
        return operations

    def write(self, vals):
        self._check_may_choose_method(vals)
        result = super().write(self._with_model(vals))
        if _SIGNALLED_FIELDS & vals.keys():
            self._signal_change()
        return result

    def unlink(self):
        result = super().unlink()
        self._signal_change()
        return result

    @api.model
    def _defaults_of_context(self):
        """Return the values that the context gives to each new record."""
        prefix = "default_"
        return {
            key.removeprefix(prefix): value
            for key, value in self.env.context.items()
            if key.startswith(prefix)
        }

    @api.model
    def _with_model(self, vals):
        """Return values with the technical name of the chosen model."""
        model = self.env["ir.model"].browse(vals.get("model_id")).sudo().model
        return vals | {"model": model} if model else vals

    @api.model
    def _check_may_choose_method(self, *vals_list):
        """Check that only system administrators choose methods, which are wrapped.

        :raise AccessError: the user may change thresholds, but not choose a method
        """
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        if any(_METHOD_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(
                self.env._(
                    "Only a system administrator (Settings) may choose which method is"
                    " measured. You may change names, thresholds and services."
                )
            )

    @api.model
    def _signal_change(self):
        """Let every worker read the operations again once this is committed.

        Odoo signals it at the end of a request; this does it in a shell or script, too.
        """
        registry = self.env.registry
        registry.clear_cache("stable")
        if registry.ready:
            self.env.cr.postcommit.add(registry.signal_changes)

    def _register_hook(self):
        super()._register_hook()
        report(self.env.cr, self.env.registry)
        instrumentation_of(self.env.registry).synchronize(self.env.cr)

    def _unregister_hook(self):
        instrumentation_of(self.env.registry).stop()
        return super()._unregister_hook()
