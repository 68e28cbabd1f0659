from odoo import api, fields, models

from .reliability_deployment_risk import REFUSE_WHEN_SPENT
from .reliability_patch import PATCH_DAYS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_refuse_when_budget_spent = fields.Boolean(
        string="Refuse deployments while an error budget is spent",
        config_parameter=REFUSE_WHEN_SPENT.key,
    )
    reliability_patch_days = fields.Integer(
        string="Days until an alert",
        config_parameter=PATCH_DAYS.key,
        default=PATCH_DAYS.default,
    )

    @api.model
    def _reliability_parameters(self):
        return super()._reliability_parameters() | {
            "reliability_refuse_when_budget_spent": REFUSE_WHEN_SPENT,
            "reliability_patch_days": PATCH_DAYS,
        }
