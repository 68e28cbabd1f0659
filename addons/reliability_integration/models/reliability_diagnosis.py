from odoo import api, models


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _name_system(self, code):
        found = self.env["reliability.integration"].sudo()
        found = found.with_context(active_test=False).search([("code", "=", code)])
        return found.name or super()._name_system(code)
