from odoo import api, models


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _name_system(self, code):
        integrations = self.env["reliability.integration"].sudo()
        integration = integrations.with_context(active_test=False).search(
            [("code", "=", code)]
        )
        return integration.name or super()._name_system(code)
