"""Alert thresholds that were changed at the time of an incident."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import formatting

from .reliability_alert_thresholds import THRESHOLDS

_OPERATION, _SERVICE = "reliability.operation", "reliability.service"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _threshold_text(self, model, name, value):
        if (model, name) == (_SERVICE, "late_threshold"):
            if value:
                return self.env._("%(minutes)s min", minutes=value)
            return self.env._("only shown")
        if model not in (_OPERATION, _SERVICE) or name not in THRESHOLDS.values():
            return super()._threshold_text(model, name, value)
        if model == _OPERATION and not value:
            return self.env._("that of the service")
        number = formatting.percent(self.env, 100 * value)
        return self.env._("%(number)s %%", number=number)
