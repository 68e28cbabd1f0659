"""What people call jobs."""

from odoo import api, models


class ReliabilityDisplayNames(models.AbstractModel):
    _inherit = "reliability.display.names"

    @api.model
    def _display_name_of(self, code):
        """Say what jobs work on, since methods have no names of their own."""
        name = super()._display_name_of(code)
        model, _dot, method = code.rpartition(".")
        if name != code or not hasattr(self.env.get(model), method):
            return name
        words = {
            "document": self.env["ir.model"]._get(model).name,
            "method": method.strip("_").replace("_", " "),
        }
        return self.env._("Jobs of %(document)s: %(method)s", **words)
