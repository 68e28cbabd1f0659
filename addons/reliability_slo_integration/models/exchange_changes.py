"""What has changed in the ledger since objectives were evaluated last."""

from odoo import api, fields, models

from odoo.addons.reliability.api import MomentParameter, create_functions

COMPLETE_SINCE = MomentParameter("reliability.objectives_exchanges_complete_since")
"""System parameter: after which moment no exchange was deleted."""


class ReliabilitySloExchangeChange(models.Model):
    """A minute whose exchanges were written or deleted; triggers write it."""

    _name = "reliability.slo.exchange.change"
    _description = "Change of Exchanges"
    _log_access = False

    start = fields.Datetime(
        required=True, help="The minute in which the exchange began."
    )
    is_deletion = fields.Boolean(required=True)

    def init(self):
        result = super().init()
        create_functions(self.env.cr, "reliability_slo_integration/data/exchanges.sql")
        return result

    @api.model
    def _drop_triggers(self):
        """Drop the triggers, so that the ledger can be written when the app is gone."""
        self.env.cr.execute("""
            DROP FUNCTION IF EXISTS reliability_slo_record_exchange() CASCADE;
            DROP FUNCTION IF EXISTS reliability_slo_record_deletion() CASCADE;
        """)
