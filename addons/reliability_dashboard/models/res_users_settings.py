from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    reliability_technical = fields.Boolean(
        string="Technical view of the cockpit",
        help="Show percentiles, availability and the time per layer.",
    )
