from odoo import api, fields, models

from .reliability_cockpit_setup import HIDDEN


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_setup_hidden = fields.Boolean(
        string="Hide the checklist", config_parameter=HIDDEN.key
    )

    @api.model
    def _reliability_parameters(self):
        return super()._reliability_parameters() | {"reliability_setup_hidden": HIDDEN}
