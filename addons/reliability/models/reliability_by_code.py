from odoo import api, models, tools


class ReliabilityByCode(models.AbstractModel):
    """Records that are known by a code, as metrics and alerts name them."""

    _name = "reliability.by.code"
    _description = "Record with a Code"

    @api.model
    @tools.ormcache("code", cache="stable")
    def _id_of(self, code):
        every = self.sudo().with_context(active_test=False)
        return every.search([("code", "=", code)]).id

    @api.model
    def _by_code(self, code):
        """Return the record with a code, also an archived one; empty if there is none.

        Cached, since screens name the same ones each minute.
        """
        return self.browse(self._id_of(code) or ())
