"""Systems that are notified are partner systems with alerts of their own."""

from odoo import api, models

from ..plan import EVENTS

WEBHOOK = "incident_webhook"


class ReliabilityIntegration(models.Model):
    _inherit = "reliability.integration"

    @api.model
    def _outside_operations(self):
        """Return the operations that notify: code of the system → operations."""
        return {WEBHOOK: EVENTS}

    def _failing(self):
        """Leave them out: that a channel fails is one alert, not two."""
        codes = self._outside_operations()
        others = self.filtered(lambda one: one.code not in codes)
        return super(ReliabilityIntegration, others)._failing()
