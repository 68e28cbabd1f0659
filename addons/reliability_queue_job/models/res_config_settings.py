from odoo import fields, models
from odoo.exceptions import UserError

from .retention import ATTEMPT_DAYS, DEFAULTS, MAX_ATTEMPTS, MAX_VALUES


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_job_attempt_days = fields.Integer(
        string="Days of job attempts",
        config_parameter=ATTEMPT_DAYS,
        default=DEFAULTS[ATTEMPT_DAYS],
    )
    reliability_max_job_attempts = fields.Integer(
        string="Maximum number of job attempts",
        config_parameter=MAX_ATTEMPTS,
        default=DEFAULTS[MAX_ATTEMPTS],
    )

    def set_values(self):
        for name, key in (
            ("reliability_job_attempt_days", ATTEMPT_DAYS),
            ("reliability_max_job_attempts", MAX_ATTEMPTS),
        ):
            if not 0 < self[name] <= MAX_VALUES[key]:
                raise UserError(
                    self.env._(
                        "%(field)s must be a number from 1 to %(max)s.",
                        field=self._fields[name].string,
                        max=MAX_VALUES[key],
                    )
                )
        return super().set_values()
