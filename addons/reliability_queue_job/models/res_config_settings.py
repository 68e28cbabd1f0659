from odoo import fields, models
from odoo.exceptions import UserError

from .retention import DAYS_KEPT, DEFAULTS, LONGEST, MOST_ATTEMPTS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    job_attempts_kept = fields.Integer(
        config_parameter=DAYS_KEPT, default=DEFAULTS[DAYS_KEPT]
    )
    most_job_attempts = fields.Integer(
        config_parameter=MOST_ATTEMPTS, default=DEFAULTS[MOST_ATTEMPTS]
    )

    def set_values(self):
        for name, key in (
            ("job_attempts_kept", DAYS_KEPT),
            ("most_job_attempts", MOST_ATTEMPTS),
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
