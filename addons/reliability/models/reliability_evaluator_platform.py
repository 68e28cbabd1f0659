"""Findings of the platform: lock waits and hosts."""

# The hook is defined beside it, for all addons.
# pylint: disable=consider-merging-classes-inherited

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
