from odoo import fields, models

from .reliability_cockpit_setup import HIDDEN


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    reliability_setup_hidden = fields.Boolean(
        string="Hide the checklist", config_parameter=HIDDEN.key
    )
