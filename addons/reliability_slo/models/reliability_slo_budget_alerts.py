"""The alerts of an error budget, and their sentences."""

# Alerts have a file of their own.
# pylint: disable=consider-merging-classes-inherited

from odoo import fields, models
from odoo.tools import formatLang

from odoo.addons.reliability.api import DEGRADED, INFORMATION, Alert, formatting

from ..alerts import FAST, PROVIDER, SLOW, SPENT
from ..burn_rate import PAGE
from ..objective import GAUGE, LATENCY


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
                {"hours": int(hours), "tier": alert["severity"]} | alert,
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
        shown = self._shown(values)
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

    def _shown(self, values):
        """Return the numbers of an alert as its sentence shows them."""
        return {
            "objective": self.display_name,
            "bad": formatLang(self.env, values["bad"], digits=0),
            "total": formatLang(self.env, values["total"], digits=0),
            "time": formatting.duration(self.env, values["hours"] * 3600),
            "goal": formatting.percent(self.env, self.slo_id.goal),
            "left": formatLang(self.env, max(self.remaining, 0), digits=0),
        }

    def _spent_text(self):
        """Return that nothing is left, and how much more than that was used."""
        missed = self.env._(
            "%(objective)s: the goal of %(goal)s %% is missed, %(achieved)s %% were"
            " good",
            objective=self.display_name,
            goal=formatting.percent(self.env, self.slo_id.goal),
            achieved=formatting.percent(self.env, self.achieved),
        )
        return formatting.paragraph(missed, self.left)
