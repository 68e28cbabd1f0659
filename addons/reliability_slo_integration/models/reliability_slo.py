"""Objectives for exchanges: their fields, names and what comes with the app."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..measures import DELIVERED, IN_TIME, MEASURES, SHIPPED


class ReliabilitySlo(models.Model):
    _inherit = "reliability.slo"

    measure = fields.Selection(
        selection_add=[
            (DELIVERED, "Exchanges are delivered"),
            (IN_TIME, "Exchanges are delivered in time"),
        ],
        ondelete={DELIVERED: "cascade", IN_TIME: "cascade"},
    )
    integration_id = fields.Many2one(
        "reliability.integration",
        string="Partner System",
        compute="_compute_integration_id",
        inverse="_inverse_integration_id",
        help="All partner systems of the service if empty.",
    )

    @api.model
    def _shipped(self):
        return super()._shipped() + SHIPPED

    @api.depends("system")
    def _compute_integration_id(self):
        integrations = self.env["reliability.integration"].with_context(
            active_test=False
        )
        for slo in self:
            code = slo.measure in MEASURES and slo.system
            slo.integration_id = code and integrations.search(
                [("code", "=", code)], limit=1
            )

    def _inverse_integration_id(self):
        for slo in self:
            if slo.measure in MEASURES:
                slo.system = slo.integration_id.code

    @api.depends("system")
    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _described(self):
        if self.measure not in MEASURES:
            return super()._described()
        names_of = self.env["reliability.display.names"]
        values = {
            "subject": self.integration_id.name or self.service_id.name or "",
            "operations": ", ".join(
                names_of._display_name_of(code) for code in self._operation_codes()
            ),
        }
        if self.measure == DELIVERED:
            if values["operations"]:
                return self.env._(
                    "%(subject)s: exchanges are delivered (%(operations)s)", **values
                )
            return self.env._("%(subject)s: exchanges are delivered", **values)
        if values["operations"]:
            return self.env._(
                "%(subject)s: exchanges are delivered in time (%(operations)s)",
                **values,
            )
        return self.env._("%(subject)s: exchanges are delivered in time", **values)

    @api.constrains("measure", "bound")
    def _check_seconds(self):
        for slo in self:
            if slo.measure == IN_TIME and slo.bound < 0:
                raise ValidationError(
                    self.env._(
                        "Enter within how many seconds exchanges without a deadline"
                        " should be delivered; 0, if they should not count."
                    )
                )

    @api.depends("system")
    def _compute_problem(self):
        return super()._compute_problem()

    def _problems(self):
        if self.measure not in MEASURES:
            yield from super()._problems()
        elif self.system and not self.integration_id:
            yield self.env._(
                "There is no partner system with the code %(code)s: nothing is counted."
                " Choose another one, or archive the objective.",
                code=self.system,
            )
