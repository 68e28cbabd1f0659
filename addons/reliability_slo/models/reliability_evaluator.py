from psycopg2 import OperationalError

from odoo import api, models

from odoo.addons.reliability.api import masked_logger

_logger = masked_logger(__name__)


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        """Evaluate objectives first: their alerts are collected with all others.

        An error in them stops nothing else; an alert says that they stand still.
        """
        try:
            with self.env.cr.savepoint():
                self.env["reliability.files"]._apply_files(now)
        except OperationalError:
            raise  # Odoo repeats the transaction
        except Exception:
            _logger.exception("Files with objectives are not applied")
        try:
            with self.env.cr.savepoint():
                self.env["reliability.slo"]._advance(now)
        except OperationalError:
            raise
        except Exception:
            _logger.exception("Objectives are not evaluated")
        return super()._run(now)
