from odoo import api, fields, models

from .retention import DONE_DAYS, FAILED_DAYS, MAX_EXCHANGES


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_exchange_days = fields.Integer(
        string="Days of finished exchanges",
        config_parameter=DONE_DAYS.key,
        default=DONE_DAYS.default,
    )
    reliability_failed_exchange_days = fields.Integer(
        string="Days of unresolved exchanges",
        config_parameter=FAILED_DAYS.key,
        default=FAILED_DAYS.default,
    )
    reliability_max_exchanges = fields.Integer(
        string="Maximum number of exchanges",
        config_parameter=MAX_EXCHANGES.key,
        default=MAX_EXCHANGES.default,
    )

    @api.model
    def _reliability_parameters(self):
        return super()._reliability_parameters() | {
            "reliability_exchange_days": DONE_DAYS,
            "reliability_failed_exchange_days": FAILED_DAYS,
            "reliability_max_exchanges": MAX_EXCHANGES,
        }
