"""The dialog in which managers take what is now as the baseline."""

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools.i18n import format_list


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
        sources = self.env["reliability.drift.source"].sudo()
        left = sources._take_baseline(self.reason)
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        if not left:
            return reload
        message = self.env._(
            "These could not be read, and keep their baseline: %(names)s",
            names=format_list(self.env, left.mapped("name")),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": message,
                "sticky": True,
                "next": reload,
            },
        }
