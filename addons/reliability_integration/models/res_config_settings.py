from odoo import fields, models
from odoo.exceptions import UserError

from .retention import DEFAULTS, DONE_KEPT, FAILED_KEPT, LONGEST, MOST_EXCHANGES


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    exchanges_kept = fields.Integer(
        config_parameter=DONE_KEPT, default=DEFAULTS[DONE_KEPT]
    )
    failed_exchanges_kept = fields.Integer(
        config_parameter=FAILED_KEPT, default=DEFAULTS[FAILED_KEPT]
    )
    most_exchanges = fields.Integer(
        config_parameter=MOST_EXCHANGES, default=DEFAULTS[MOST_EXCHANGES]
    )

    def set_values(self):
        for name, key in (
            ("exchanges_kept", DONE_KEPT),
            ("failed_exchanges_kept", FAILED_KEPT),
            ("most_exchanges", MOST_EXCHANGES),
        ):
            if not 0 < self[name] <= LONGEST[key]:
                raise UserError(
                    self.env._(
                        "%(field)s must be a number from 1 to %(most)s.",
                        field=self._fields[name].string,
                        most=LONGEST[key],
                    )
                )
        return super().set_values()
