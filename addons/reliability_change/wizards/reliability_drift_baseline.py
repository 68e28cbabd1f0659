"""The dialog in which managers take what is now as the baseline."""

from odoo import fields, models
from odoo.exceptions import AccessError


class ReliabilityDriftBaseline(models.TransientModel):
    _name = "reliability.drift.baseline"
    _description = "Take as Baseline"

    reason = fields.Char(required=True)

    def action_take(self):
        """Compare, and let all that differs be the baseline."""
        self.ensure_one()
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability may take a baseline")
            )
        self.env["reliability.drift.source"].sudo()._take_baseline(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
