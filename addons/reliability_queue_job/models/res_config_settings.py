from odoo import api, fields, models

from .retention import ATTEMPT_DAYS, MAX_ATTEMPTS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_job_attempt_days = fields.Integer(
        string="Days of job attempts",
        config_parameter=ATTEMPT_DAYS.key,
        default=ATTEMPT_DAYS.default,
    )
    reliability_max_job_attempts = fields.Integer(
        string="Maximum number of job attempts",
        config_parameter=MAX_ATTEMPTS.key,
        default=MAX_ATTEMPTS.default,
    )

    @api.model
    def _reliability_parameters(self):
        return super()._reliability_parameters() | {
            "reliability_job_attempt_days": ATTEMPT_DAYS,
            "reliability_max_job_attempts": MAX_ATTEMPTS,
        }
