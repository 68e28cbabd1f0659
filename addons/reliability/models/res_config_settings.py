from odoo import fields, models

from ..runtime.measuring import SWITCHED_OFF


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Off is what is stored: a parameter that is not there must not switch off.
    reliability_switched_off = fields.Boolean(
        string="Stop measuring", config_parameter=SWITCHED_OFF
    )
