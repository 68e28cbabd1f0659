"""What notifications add to ``/metrics`` when they are sent, or fail."""

# What is measured is apart from what happens.
# pylint: disable=consider-merging-classes-inherited

from odoo import models

from ..families import NOTIFICATION
from ..measuring import record_at_commit


class ReliabilityNotification(models.Model):
    _inherit = "reliability.notification"

    def write(self, vals):
        """Measure each try to send a notification."""
        result = super().write(vals)
        if "tries" in vals:
            for notification in self:
                outcome = "success" if notification.state == "sent" else "failed"
                labels = (notification.channel,)
                record_at_commit(self.env, NOTIFICATION, labels, outcome)
        return result
