"""Alerts of objectives: budgets that are used up too fast, and those that are spent."""

from odoo import api, models

from odoo.addons.reliability.api import AlertText, formatting

from ..alerts import PROVIDER, SPENT, STALE


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        found = super()._alerts()
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
