"""Findings of the platform: lock waits and hosts."""

from odoo import api, models


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _findings(self, services, now):
        return [
            *super()._findings(services, now),
            *self.env["reliability.lock.wait"]._findings(services),
            *self.env["reliability.host"]._findings(services),
        ]
