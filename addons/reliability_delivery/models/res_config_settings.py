from odoo import api, fields, models

from .stock_picking import UNCONFIRMED_WAITS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_label_unconfirmed_waits = fields.Boolean(
        string="Ask before a label is bought again",
        config_parameter=UNCONFIRMED_WAITS.key,
    )

    @api.model
    def _reliability_parameters(self):
        return super()._reliability_parameters() | {
            "reliability_label_unconfirmed_waits": UNCONFIRMED_WAITS,
        }
