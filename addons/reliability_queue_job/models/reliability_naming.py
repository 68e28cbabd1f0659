"""What people call jobs."""

from odoo import api, models


class ReliabilityNaming(models.AbstractModel):
    _inherit = "reliability.naming"

    @api.model
    def _name_of(self, code):
        """Say what jobs work on, since methods have no names of their own."""
        name = super()._name_of(code)
        model, _dot, method = code.rpartition(".")
        if name != code or not hasattr(self.env.get(model), method):
            return name
        words = {
            "document": self.env["ir.model"]._get(model).name,
            "method": method.strip("_").replace("_", " "),
        }
        return self.env._("Jobs of %(document)s: %(method)s", **words)
