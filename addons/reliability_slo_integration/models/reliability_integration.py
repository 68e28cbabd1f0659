"""Partner systems: their service and code decide which objectives they count for."""

from odoo import models

from ..measures import MEASURES


class ReliabilityIntegration(models.Model):
    _inherit = "reliability.integration"

    def write(self, vals):
        before = self._objectives_key()
        result = super().write(vals)
        if self._objectives_key() != before:
            slos = self.env["reliability.slo"].sudo()
            slos.search([("measure", "in", list(MEASURES))]).write(
                {"is_counted": False}
            )
        return result

    def _objectives_key(self):
        """Return what objectives find these systems by."""
        return [(system.code, system.service_id) for system in self]
