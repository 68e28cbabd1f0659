from odoo import api, models

from ..mail_outcome import MAIL


class ReliabilityDisplayNames(models.AbstractModel):
    _inherit = "reliability.display.names"

    @api.model
    def _display_name_of(self, code):
        if code == MAIL.operation:
            return self.env._("Outgoing mail")
        return super()._display_name_of(code)
