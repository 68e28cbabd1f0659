"""Display names of jobs."""

from odoo import api, models


class ReliabilityDisplayNames(models.AbstractModel):
    _inherit = "reliability.display.names"

    @api.model
    def _display_name_of(self, code):
        """Name jobs after the model that they work on: methods have no display name."""
        name = super()._display_name_of(code)
        model, _dot, method = code.rpartition(".")
        if name != code or not hasattr(self.env.get(model), method):
            return name
        values = {
            "document": self.env["ir.model"]._get(model).name,
            "method": method.strip("_").replace("_", " "),
        }
        return self.env._("Jobs of %(document)s: %(method)s", **values)
