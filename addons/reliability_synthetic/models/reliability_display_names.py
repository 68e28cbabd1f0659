from odoo import api, models


class ReliabilityDisplayNames(models.AbstractModel):
    _inherit = "reliability.display.names"

    @api.model
    def _display_name_of(self, code):
        name = super()._display_name_of(code)
        if name != code:
            return name
        journeys = self.env["reliability.synthetic.journey"].sudo()
        journeys = journeys.with_context(active_test=False)
        return journeys.search([("code", "=", code)], limit=1).name or code
