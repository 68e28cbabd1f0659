"""That Alertmanager does not accept alerts is an alert of the channel, see outbound."""

from odoo import api, models

from .reliability_notification import ALERTS, INTEGRATION


class ReliabilityIntegration(models.Model):
    _inherit = "reliability.integration"

    @api.model
    def _outside_operations(self):
        return super()._outside_operations() | {INTEGRATION: [ALERTS]}
