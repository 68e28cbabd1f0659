"""Each evaluation checks whether the business wrote, and whether data were restored."""

from psycopg2 import OperationalError

from odoo import api, models

from odoo.addons.reliability.api import masked_logger

_logger = masked_logger(__name__)


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        """Check first: alerts are collected with all others; errors stop nothing."""
        try:
            with self.env.cr.savepoint():
                self.env["reliability.recovery.heartbeat"]._check()
        except OperationalError:
            raise  # Odoo repeats the transaction
        except Exception:
            _logger.exception("The heartbeat of the database is not written")
        return super()._run(now)
