"""Each evaluation brings incidents up to date, and notifies people of them."""

from datetime import timedelta

from odoo import api, models

_GAP = timedelta(hours=1)
"""After a longer time without evaluations, open incidents are of before: Odoo was down,
or the database was restored."""


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        before = self._last()
        result = super()._run(now)
        if before and now - before > _GAP:
            self.env["reliability.incident"]._log_gap(before, now)
        self.env["reliability.incident"]._evaluate(now)
        self.env["reliability.incident.impact"]._follow(now)
        self.env["reliability.notification"]._notify(now)
        return result
