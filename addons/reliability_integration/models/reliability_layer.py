from odoo import api, models


class ReliabilityLayer(models.AbstractModel):
    _inherit = "reliability.layer"

    @api.model
    def _name_counterpart(self, code):
        found = self.env["reliability.integration"].sudo()
        found = found.with_context(active_test=False).search([("code", "=", code)])
        return found.name or super()._name_counterpart(code)
