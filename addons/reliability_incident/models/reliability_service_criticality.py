"""Open incidents become worse with the criticality of their services."""

# Whom a service notifies is apart from how critical it is.
# pylint: disable=consider-merging-classes-inherited

from odoo import models

from ..lifecycle import ACKNOWLEDGED, OPEN


class ReliabilityService(models.Model):
    _inherit = "reliability.service"

    def write(self, vals):
        result = super().write(vals)
        if "criticality" in vals:
            evidence = self.env["reliability.incident.evidence"].sudo()
            evidence.search(
                [
                    ("service_id", "in", self.ids),
                    ("incident_id.state", "in", (OPEN, ACKNOWLEDGED)),
                ]
            ).is_changed = True
        return result
