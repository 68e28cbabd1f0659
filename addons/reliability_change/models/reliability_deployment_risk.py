"""What makes a deployment risky: a freeze, or an error budget that is spent."""

# What a deployment's time says is apart from what was deployed.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from odoo.addons.reliability.api import SwitchParameter, read_parameter

from .reliability_deployment_reported import NOT_DEPLOYED
from .reliability_freeze import REFUSE

REFUSE_WHEN_SPENT = SwitchParameter("reliability.refuse_when_budget_spent")
"""Whether deployments are refused while an error budget is spent."""
_KNOWN_FOR = timedelta(days=1)
"""Later, nobody knows any more which budgets were spent when it began."""


class Risk(NamedTuple):
    """What speaks against a deployment.

    :ivar freezes: of ``reliability.freeze``, those that refuse first
    :ivar until: freeze → when its period ends, in UTC
    :ivar services: of ``reliability.service``: those with a budget that is spent
    """

    freezes: models.BaseModel
    until: dict
    services: models.BaseModel

    def __bool__(self) -> bool:
        return bool(self.freezes or self.services)


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    is_risk_known = fields.Boolean(readonly=True)
    freeze_ids = fields.Many2many(
        "reliability.freeze",
        string="Freezes",
        readonly=True,
        ondelete="restrict",
        context={"active_test": False},
        help="Change freezes in which it began.",
    )
    spent_service_ids = fields.Many2many(
        "reliability.service",
        string="Budgets Spent",
        readonly=True,
        context={"active_test": False},
        help="Services whose error budget was spent when it began.",
    )
    override_id = fields.Many2one(
        "reliability.deployment.override",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Who is responsible for it all the same, and why.",
    )
    risk = fields.Char(
        compute="_compute_risk", help="What spoke against it when it began."
    )

    @api.depends("freeze_ids.name", "spent_service_ids.name")
    @api.depends_context("lang")
    def _compute_risk(self):
        for deployment in self:
            deployment.risk = deployment._risk_text()

    def _risk_text(self):
        """Return what spoke against it; ``False`` if nothing did."""
        freezes = ", ".join(self.sudo().freeze_ids.mapped("name"))
        services = ", ".join(self.sudo().spent_service_ids.mapped("name"))
        values = {"freezes": freezes, "services": services}
        if freezes and services:
            return self.env._(
                "Inside the freeze %(freezes)s, and the error budget of %(services)s"
                " was spent",
                **values,
            )
        if freezes:
            return self.env._("Inside the freeze %(freezes)s", **values)
        if services:
            return self.env._("The error budget of %(services)s was spent", **values)
        return False

    @api.model
    def _risk_between(self, begin, end):
        """Return what speaks against a deployment in a time.

        :param datetime begin, end: in UTC; both belong to the time
        :rtype: Risk
        """
        found = self.env["reliability.freeze"].sudo()._between(begin, end)
        return Risk(
            self.env["reliability.freeze"].sudo().union(*found),
            {freeze: period.end for freeze, period in found.items()},
            self._services_with_spent_budget(),
        )

    @api.model
    def _services_with_spent_budget(self):
        """Return the services with an error budget that is spent now, as of sudo."""
        services = self.env["reliability.service"].sudo()
        if "reliability.slo.budget" not in self.env:
            return services
        spent = [("state", "=", "spent"), ("slo_id.active", "=", True)]
        budgets = self.env["reliability.slo.budget"].sudo().search(spent)
        return budgets.slo_id.service_id

    @api.model
    def _refusing(self, risk):
        """Return the part of a risk for which deployments are refused.

        :rtype: Risk
        """
        is_refused = read_parameter(self.env, REFUSE_WHEN_SPENT)
        services = risk.services if is_refused else risk.services.browse()
        freezes = risk.freezes.filtered(lambda one: one.mode == REFUSE)
        return risk._replace(freezes=freezes, services=services)

    @api.model
    def _store_risks(self, now):
        """Store what spoke against deployments that have begun.

        :param datetime now: in UTC
        """
        new = self.search(
            [
                ("is_risk_known", "=", False),
                ("state", "not in", NOT_DEPLOYED),
                ("begin", ">", now - _KNOWN_FOR),
            ]
        )
        for deployment in new:
            begin = deployment.begin
            deployment._add_risk(self._risk_between(begin, begin))

    def _add_risk(self, risk):
        """Store what speaks against it, beside what is known of that already."""
        self.write(
            {
                "is_risk_known": True,
                "freeze_ids": [Command.link(one) for one in risk.freezes.ids],
                "spent_service_ids": [Command.link(one) for one in risk.services.ids],
            }
        )

    def _stored_risk(self):
        """Return what spoke against it when it began.

        :rtype: Risk
        """
        return Risk(self.freeze_ids, {}, self.spent_service_ids)

    @api.model
    def _follow(self, now):
        result = super()._follow(now)
        self.env["reliability.freeze"]._refresh(now)
        self._store_risks(now)
        return result

    @api.model
    def _receive(self, report):
        result = super()._receive(report)
        self._store_risks(fields.Datetime.now())
        return result

    def _take(self, other):
        """Take over what is known of the risk of another record, too."""
        risk = other._stored_risk()
        is_known, override = other.is_risk_known, other.override_id
        overrides = self.env["reliability.deployment.override"]
        overrides.search([("deployment_id", "=", other.id)]).deployment_id = self
        result = super()._take(other)
        if is_known:
            self._add_risk(risk)
        if override and not self.override_id:
            self.override_id = override
        return result

    @api.model
    def _at_risk(self, now):
        """Return deployments of the last day that somebody must answer for.

        :param datetime now: in UTC
        """
        return self.search(
            [
                ("begin", ">", now - _KNOWN_FOR),
                ("override_id", "=", False),
                ("rolled_back_by_ids", "=", False),
                ("state", "not in", NOT_DEPLOYED),
                "|",
                ("freeze_ids", "!=", False),
                ("spent_service_ids", "!=", False),
            ]
        )

    def _override_by(self, override):
        """Store who is responsible for a deployment, and why; its log says so, too."""
        for deployment in self.sudo():
            deployment.override_id = override
            values = {"reason": override.reason, "person": override._who()}
            text = self.env._("Overridden by %(person)s: %(reason)s", **values)
            deployment.message_post(body=text, subtype_xmlid="mail.mt_note")

    def action_override(self):
        """Open the dialog in which a manager gives the reason for a deployment."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability may override a freeze")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override"),
            "res_model": "reliability.deployment.override",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_deployment_id": self.id,
                "default_freeze_ids": self.freeze_ids.ids,
                "default_is_for_budgets": bool(self.spent_service_ids),
                "default_until": False,
            },
        }
