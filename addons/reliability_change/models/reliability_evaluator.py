"""Each evaluation finds out which deployments follow from fingerprints."""

from psycopg2 import OperationalError

from odoo import api, models

from odoo.addons.reliability.api import masked_logger

_logger = masked_logger(__name__)


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        """Follow deployments first: alerts are about them; errors stop nothing."""
        try:
            with self.env.cr.savepoint():
                self.env["reliability.deployment"]._follow(now)
        except OperationalError:
            raise  # Odoo repeats the transaction
        except Exception:
            _logger.exception("Deployments are not followed")
        return super()._run(now)
