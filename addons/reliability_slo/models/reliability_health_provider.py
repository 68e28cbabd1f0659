"""Alerts of objectives: budgets that are used up too fast, and those that are spent."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    Alert,
    AlertText,
    formatting,
)

from ..burn_rate import PAGE
from ..objective import GAUGE, LATENCY
from .reliability_slo_evaluation import EVALUATED

PROVIDER = "slo"
FAST, SLOW, SPENT, STALE = "fast_burn", "slow_burn", "spent", "unevaluated"
_STALE_AFTER = timedelta(minutes=5)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        found = super()._alerts()
        now = fields.Datetime.now()
        evaluated = EVALUATED.parse(
            self.env["reliability.slo"]._parameter(EVALUATED.key)
        )
        if evaluated and now - evaluated > _STALE_AFTER:
            found.append(
                Alert(
                    PROVIDER,
                    STALE,
                    "platform",
                    DEGRADED,
                    1,
                    evaluated,
                    evaluated,
                    is_shared=True,
                )
            )
        budgets = self.env["reliability.slo.budget"].search(
            [
                ("slo_id.active", "=", True),
                "|",
                ("firing", "!=", False),
                "&",
                ("total", ">", 0),
                ("remaining_ppm", "<=", 0),
            ]
        )
        for budget in budgets:
            found += budget._alerts()
        return found

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        if alert.cause == STALE:
            return AlertText(
                self.env._(
                    "Objectives have not been evaluated since %(time)s: their budgets"
                    " are not up to date. The server log says why",
                    time=formatting.moment(self.env, alert.since),
                )
            )
        budget = self.env["reliability.slo.budget"].browse(alert.values["budget"])
        if not budget.exists() or not budget.has_access("read"):
            return AlertText(alert.subject)
        if alert.cause == SPENT:
            text = budget._spent_text()
        else:
            text = budget._burning_text(alert.values)
        return AlertText(text, self.env._("Open budget"), budget.get_formview_action())

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER or alert.cause != STALE:
            return super()._can_act_on(alert)
        return self.env.user.has_group("base.group_system")


class ReliabilitySloBudget(models.Model):
    _inherit = "reliability.slo.budget"

    def _alerts(self):
        """Return the alerts of a budget: the fastest one that holds, or that it is
        spent.

        :rtype: list[Alert]
        """
        firing = self.firing or {}
        found = [
            self._alert(
                FAST if alert["severity"] == PAGE else SLOW,
                alert["bad"],
                fields.Datetime.to_datetime(alert["since"]),
                {"hours": int(hours)} | alert,
            )
            for hours, alert in sorted(firing.items(), key=lambda item: int(item[0]))
        ]
        if self.total and self.remaining_ppm <= 0:
            found.append(self._alert(SPENT, int(self.total - self.good), None, {}))
        causes = {}
        for alert in found:
            causes.setdefault(alert.cause, alert)
        return list(causes.values())

    def _alert(self, cause, count, since, values):
        slo = self.slo_id
        return Alert(
            PROVIDER,
            cause,
            slo.service_id.code,
            DEGRADED if cause == FAST else INFORMATION,
            count,
            since or self.first,
            since or self.first,
            company_id=self.company_id.id or None,
            warehouse=self.warehouse,
            subject=f"{slo.code}/{self.system}" if self.system else slo.code,
            values={
                "budget": self.id,
                "systems": [self.system] if self.system else [],
            }
            | values,
            is_shared=self.is_shared,
        )

    def _burning_text(self, values):
        """Return that the budget is used up too fast, in a sentence without full stop.

        :param dict values: ``bad``, ``total`` and ``hours`` of the window
        """
        shown = {
            "objective": self.display_name,
            "bad": formatLang(self.env, values["bad"], digits=0),
            "total": formatLang(self.env, values["total"], digits=0),
            "time": formatting.duration(self.env, values["hours"] * 3600),
            "goal": f"{self.slo_id.goal:.6g}",
            "left": formatLang(self.env, max(self.remaining, 0), digits=0),
        }
        if self.slo_id.measure == GAUGE:
            return self.env._(
                "%(objective)s: not so in %(bad)s of %(total)s minutes within %(time)s;"
                " the goal is %(goal)s %%, and %(left)s %% of the budget is left",
                **shown,
            )
        if self.slo_id.measure == LATENCY:
            return self.env._(
                "%(objective)s: %(bad)s of %(total)s were too late within %(time)s; the"
                " goal is %(goal)s %%, and %(left)s %% of the budget is left",
                **shown,
            )
        return self.env._(
            "%(objective)s: %(bad)s of %(total)s failed within %(time)s; the goal is"
            " %(goal)s %%, and %(left)s %% of the budget is left",
            **shown,
        )

    def _spent_text(self):
        """Return that nothing of the budget is left, in a sentence without full stop."""
        return self.env._(
            "%(objective)s: the goal of %(goal)s %% is missed, %(achieved)s %% were"
            " good; %(left)s",
            objective=self.display_name,
            goal=f"{self.slo_id.goal:.6g}",
            achieved=f"{self.achieved:.6g}",
            left=self.left,
        )
