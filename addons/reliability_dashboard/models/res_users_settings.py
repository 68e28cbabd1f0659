from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    reliability_technical = fields.Boolean(
        string="Cockpit shows percentiles",
        help="And other numbers that technicians ask for.",
    )
