"""The sentences of alerts of objectives for exchanges."""

from odoo import models

from odoo.addons.reliability.api import formatting
from odoo.addons.reliability_slo.objective import EVENTS

from ..measures import DELIVERED, MEASURES


class ReliabilitySloBudget(models.Model):
    _inherit = "reliability.slo.budget"

    def _burning_text(self, values):
        slo = self.slo_id
        if slo.measure not in MEASURES or slo.budgeting != EVENTS:
            return super()._burning_text(values)
        shown = self._shown(values)
        if slo.measure == DELIVERED:
            return formatting.counted(
                values["bad"],
                self.env._(
                    "%(objective)s: within %(time)s, 1 of %(total)s exchanges was not"
                    " delivered; the goal is %(goal)s %%, and %(left)s %% of the budget"
                    " is left",
                    **shown,
                ),
                self.env._(
                    "%(objective)s: within %(time)s, %(bad)s of %(total)s exchanges"
                    " were not delivered; the goal is %(goal)s %%, and %(left)s %% of"
                    " the budget is left",
                    **shown,
                ),
            )
        return formatting.counted(
            values["bad"],
            self.env._(
                "%(objective)s: within %(time)s, 1 of %(total)s exchanges was not"
                " delivered in time; the goal is %(goal)s %%, and %(left)s %% of the"
                " budget is left",
                **shown,
            ),
            self.env._(
                "%(objective)s: within %(time)s, %(bad)s of %(total)s exchanges were"
                " not delivered in time; the goal is %(goal)s %%, and %(left)s %% of"
                " the budget is left",
                **shown,
            ),
        )
