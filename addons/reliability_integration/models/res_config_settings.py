from odoo import fields, models
from odoo.exceptions import UserError

from .retention import DEFAULTS, DONE_DAYS, FAILED_DAYS, MAX, MAX_EXCHANGES


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_exchange_days = fields.Integer(
        string="Days of finished exchanges",
        config_parameter=DONE_DAYS,
        default=DEFAULTS[DONE_DAYS],
    )
    reliability_failed_exchange_days = fields.Integer(
        string="Days of unresolved exchanges",
        config_parameter=FAILED_DAYS,
        default=DEFAULTS[FAILED_DAYS],
    )
    reliability_max_exchanges = fields.Integer(
        string="Maximum number of exchanges",
        config_parameter=MAX_EXCHANGES,
        default=DEFAULTS[MAX_EXCHANGES],
    )

    def set_values(self):
        for name, key in (
            ("reliability_exchange_days", DONE_DAYS),
            ("reliability_failed_exchange_days", FAILED_DAYS),
            ("reliability_max_exchanges", MAX_EXCHANGES),
        ):
            if not 0 < self[name] <= MAX[key]:
                raise UserError(
                    self.env._(
                        "%(field)s must be a number from 1 to %(maximum)s.",
                        field=self._fields[name].string,
                        maximum=MAX[key],
                    )
                )
        return super().set_values()
