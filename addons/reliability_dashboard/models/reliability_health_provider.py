"""Modules that were installed or upgraded before, or during, an incident."""

from odoo import api, models

from odoo.addons.reliability.api import CHANGES_BEFORE, TimelineEntry


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _timeline(self, affected):
        upgrades = self.env["reliability.upgrade"]._between(
            affected.begin - CHANGES_BEFORE, affected.end
        )
        return super()._timeline(affected) + [
            TimelineEntry(several[0].upgraded, "change", several._describe())
            for several in upgrades
        ]
