"""Each evaluation checks whether the business wrote, and whether data were restored."""

from odoo import api, models

from odoo.addons.reliability.api import isolated, masked_logger

_logger = masked_logger(__name__)


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        """Check first: alerts are collected with all others; errors stop nothing."""
        problem = "The heartbeat of the database is not written"
        with isolated(self.env.cr, _logger, problem):
            self.env["reliability.recovery.heartbeat"]._check()
        return super()._run(now)
