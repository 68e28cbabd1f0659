"""Deployments in charts and timelines, and what is wrong with them, as alerts."""

from odoo import api, models

from odoo.addons.reliability.api import Deployment


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _deployments(self, begin, end):
        found = self.env["reliability.deployment"]._between(begin, end)
        return super()._deployments(begin, end) + [
            Deployment(
                one.id,
                one.begin,
                one._summary(),
                one.user_id.name or "",
                one.get_formview_action(),
            )
            for one in found
        ]
