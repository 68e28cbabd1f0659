"""Each evaluation brings incidents up to date, and notifies people of them."""

from odoo import api, models


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        result = super()._run(now)
        self.env["reliability.incident"]._evaluate(now)
        self.env["reliability.notification"]._notify(now)
        self.env["reliability.incident.impact"]._follow(now)
        return result
