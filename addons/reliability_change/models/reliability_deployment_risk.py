"""What makes a deployment risky: a freeze, or an error budget that is spent."""

# What a deployment's time says is apart from what was deployed.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from odoo.addons.reliability.api import SwitchParameter, read_parameter

from .. import deployment_message, matching
from .reliability_deployment import FAILED
from .reliability_deployment_reported import NOT_DEPLOYED
from .reliability_freeze import REFUSE

REFUSE_WHEN_SPENT = SwitchParameter("reliability.refuse_when_budget_spent")
"""Whether deployments are refused while an error budget is spent."""
_ALERT_FOR = timedelta(days=1)
_KNOWN_FOR = timedelta(minutes=5)
"""Later, nobody knows any more which budgets were spent when it began: it may have
spent them itself."""
_ALL = 0
"""Instead of companies: people of all may read it."""


class Risk(NamedTuple):
    """What speaks against a deployment.

    :ivar freezes: of ``reliability.freeze``, those that refuse first
    :ivar until: freeze → when its period ends, in UTC
    :ivar services: of ``reliability.service``: those with a budget that is spent
    :ivar companies: id of such a service, as text → ids of the companies whose budget
        it is; 0 for all
    """

    freezes: models.BaseModel
    until: dict
    services: models.BaseModel
    companies: dict

    def __bool__(self) -> bool:
        return bool(self.freezes or self.services)


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    is_risk_known = fields.Boolean(readonly=True)
    """Whether the freezes in which it began are stored."""
    is_budget_known = fields.Boolean(readonly=True)
    """Whether the budgets that were spent then are stored, too."""
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
        groups="reliability.group_admin",
        help="Services whose error budget was spent when it began.",
    )
    spent_companies = fields.Json(readonly=True, groups="reliability.group_admin")
    """Whose budgets they are; see :class:`Risk`."""
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
    not_known = fields.Char(
        compute="_compute_risk", help="What may have spoken against it."
    )
    is_overridden = fields.Boolean(compute="_compute_is_overridden")
    """Whether its override is for all that spoke against it."""

    @api.depends(
        *("freeze_ids.name", "spent_service_ids.name", "spent_companies"),
        *("is_risk_known", "is_budget_known", "state"),
    )
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_risk(self):
        for deployment in self:
            deployment.risk = deployment._risk_text()
            deployment.not_known = deployment._unknown_text()

    @api.depends(
        *("freeze_ids", "spent_service_ids"),
        *("override_id.freeze_ids", "override_id.is_for_budgets"),
    )
    def _compute_is_overridden(self):
        for deployment in self.sudo():
            has_override = bool(deployment.override_id)
            deployment.is_overridden = has_override and not deployment._open_risk()

    def _unknown_text(self):
        """Return what nobody knows of its risk; ``False`` if all is known."""
        if self.state in NOT_DEPLOYED or self.is_budget_known:
            return False
        if self.is_risk_known:
            return self.env._("Which error budgets were spent when it began")
        return self.env._(
            "In which freezes it began, and which error budgets were spent"
        )

    def _risk_text(self):
        """Return what spoke against it; ``False`` if nothing did."""
        freezes = ", ".join(self.sudo().freeze_ids.mapped("name"))
        services = self._spent_names(self.sudo()._stored_risk())
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
        freezes = self.env["reliability.freeze"].sudo()._between(begin, end)
        spent = self._services_with_spent_budget()
        return Risk(
            self.env["reliability.freeze"].sudo().union(*freezes),
            {freeze: period.end for freeze, period in freezes.items()},
            self.env["reliability.service"].sudo().union(*spent),
            {str(service.id): sorted(ids) for service, ids in spent.items()},
        )

    @api.model
    def _services_with_spent_budget(self):
        """Return services with an error budget that is spent now, and whose it is.

        A deployment is one of all companies.

        :return: service, as of sudo → ids of companies; 0 for all
        """
        found = {}
        if "reliability.slo.budget" not in self.env:
            return found
        spent = [("state", "=", "spent"), ("slo_id.active", "=", True)]
        for budget in self.env["reliability.slo.budget"].sudo().search(spent):
            companies = found.setdefault(budget.slo_id.service_id, set())
            companies.update([_ALL] if budget.is_shared else budget.company_id.ids)
        return found

    @api.model
    def _spent_names(self, risk):
        """Return the names of services with a spent budget that this user may know.

        :return: separated by commas; those of other companies are one of them
        """
        is_admin = self.env.user.has_group("reliability.group_admin")
        own = {_ALL, *self.env.companies.ids}
        services = risk.services.with_env(self.env).sudo()
        owners = {one: risk.companies.get(str(one.id), ()) for one in services}
        known = services.filtered(lambda one: is_admin or own.intersection(owners[one]))
        others = [self.env._("another company")] if services - known else []
        return ", ".join([*known.mapped("name"), *others])

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
                ("begin", "<=", now + matching.SKEW),
            ]
        )
        has_budgets = "reliability.slo.budget" in self.env
        for deployment in new:
            begin = deployment.begin
            is_known = begin >= now - _KNOWN_FOR or not has_budgets
            deployment._add_risk(self._risk_between(begin, begin), is_known)

    def _add_risk(self, risk, is_budget_known=True):
        """Store what speaks against it, beside what is known of that already.

        :param is_budget_known: whether budgets of the risk are those of its begin
        """
        values = {
            "is_risk_known": True,
            "freeze_ids": [Command.link(one) for one in risk.freezes.ids],
        }
        if is_budget_known:
            values |= {
                "is_budget_known": True,
                "spent_service_ids": [Command.link(one) for one in risk.services.ids],
                "spent_companies": self._companies_with(risk),
            }
        self.write(values)

    def _companies_with(self, risk):
        """Return whose spent budgets are stored, and those of a risk."""
        known = self.spent_companies or {}
        new = {
            service: sorted({*known.get(service, ()), *companies})
            for service, companies in risk.companies.items()
        }
        return known | new

    def _stored_risk(self):
        """Return what spoke against it when it began.

        :rtype: Risk
        """
        companies = self.spent_companies or {}
        return Risk(self.freeze_ids, {}, self.spent_service_ids, companies)

    def _open_risk(self):
        """Return the part of its risk that its override is not for.

        :rtype: Risk
        """
        risk, override = self._stored_risk(), self.override_id
        is_for_budgets = override.is_for_budgets
        return risk._replace(
            freezes=risk.freezes - override.freeze_ids,
            services=risk.services.browse() if is_for_budgets else risk.services,
        )

    def _has_started(self):
        """Return whether its pipeline has said that it runs, or that it has ended."""
        return self.reported_state not in (False, deployment_message.PLANNED)

    def _begins_again(self, report):
        """Return whether a report is of another attempt than those before.

        It is none if it was sent twice, or late; nor is it while the last attempt runs.

        :param DeploymentReport report: of the same deployment
        """
        begins = (deployment_message.PLANNED, deployment_message.RUNNING)
        began = min(report.begin or report.at, report.at)
        if not self._has_started() or report.state not in begins:
            return False
        last = min(self.reported_begin or self.reported_at, self.reported_at)
        if began <= last:
            return False
        is_running = self.reported_state == deployment_message.RUNNING
        return not is_running or began - last >= matching.RUNS_FOR

    def _reset_risk(self):
        """Reset the risk of an attempt that has never reached a server."""
        self.filtered(lambda one: not one.is_seen).write(
            {
                "is_risk_known": False,
                "is_budget_known": False,
                "freeze_ids": [Command.clear()],
                "spent_service_ids": [Command.clear()],
                "spent_companies": False,
                "override_id": False,
            }
        )

    @api.model
    def _follow(self, now):
        result = super()._follow(now)
        self.env["reliability.freeze"]._refresh(now)
        self._store_risks(now)
        return result

    @api.model
    def _receive(self, report):
        known = self._by_key(report.source, report.key)
        if known._begins_again(report):
            known._reset_risk()
        result = super()._receive(report)
        self._store_risks(fields.Datetime.now())
        return result

    def _take(self, other):
        """Take over what is known of the risk of another record, too."""
        risk, override = other._stored_risk(), other.override_id
        is_known, is_budget_known = other.is_risk_known, other.is_budget_known
        overrides = self.env["reliability.deployment.override"]
        overrides.search([("deployment_id", "=", other.id)]).deployment_id = self
        result = super()._take(other)
        if is_known:
            self._add_risk(risk, is_budget_known)
        if override and not self.override_id:
            self.override_id = override
        return result

    @api.model
    def _at_risk(self, now):
        """Return deployments of the last day that somebody must answer for.

        Nobody must for a way back, unless that was of another one; nor for a pipeline
        that failed before it reached a server.

        :param datetime now: in UTC
        """
        found = self.search(
            [
                ("begin", ">", now - _ALERT_FOR),
                ("rolled_back_by_ids", "=", False),
                ("state", "not in", NOT_DEPLOYED),
                *("|", ("state", "!=", FAILED), ("is_seen", "=", True)),
                *("|", ("rolls_back_id", "=", False)),
                ("rolls_back_id.rolls_back_id", "!=", False),
                *("|", ("freeze_ids", "!=", False), ("spent_service_ids", "!=", False)),
            ]
        )
        return found.filtered(lambda one: one._open_risk())

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
                "default_is_for_budgets": bool(self.sudo().spent_service_ids),
                "default_until": False,
            },
        }
