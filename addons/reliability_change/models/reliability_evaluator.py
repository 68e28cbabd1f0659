"""Each evaluation finds out which deployments follow from fingerprints."""

from odoo import api, models

from odoo.addons.reliability.api import isolated, masked_logger

_logger = masked_logger(__name__)


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        """Follow deployments first: alerts are about them; errors stop nothing.

        Their moments are those of the database's clock: that of the host that evaluates
        may be wrong.
        """
        with isolated(self.env.cr, _logger, "Deployments are not followed"):
            self.env["reliability.deployment"]._follow(self.env.cr.now())
        return super()._run(now)
