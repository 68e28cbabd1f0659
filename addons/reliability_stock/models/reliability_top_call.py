from odoo import api, models


class ReliabilityTopCall(models.Model):
    """Calls on moves name the transfers, which people know."""

    _inherit = "reliability.top.call"

    @api.model
    def _document_paths(self):
        return super()._document_paths() | {
            "stock.move": ("stock.picking", "picking_id")
        }

    @api.model
    def _count_documents(self, model, count):
        if model == "stock.picking":
            return self.env._("%(count)s transfers", count=count)
        return super()._count_documents(model, count)
