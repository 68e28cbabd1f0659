from odoo import fields, models

from .stock_picking import WAITS_IN_DOUBT


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    label_in_doubt_waits = fields.Boolean(
        string="Look first where a carrier did not answer",
        config_parameter=WAITS_IN_DOUBT,
    )
