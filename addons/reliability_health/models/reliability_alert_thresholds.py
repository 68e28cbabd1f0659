"""Alert thresholds of services and operations, as shares of their calls."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..evaluation import Thresholds

_HELP = "In the last 15 minutes, and still in the last 5."
THRESHOLDS = {name: f"{name}_threshold" for name in Thresholds._fields}
"""Name in `Thresholds` → name of the field."""


class ReliabilityAlertThresholds(models.AbstractModel):
    _name = "reliability.alert.thresholds"
    _description = "Alert Thresholds"

    slow_threshold = fields.Float(
        string="Degraded: slow",
        digits=(16, 4),
        tracking=True,
        help="Share of successful calls that are slow. " + _HELP,
    )
    refused_threshold = fields.Float(
        string="Degraded: refused",
        digits=(16, 4),
        tracking=True,
        help="Share of calls that Odoo refuses with a message. " + _HELP,
    )
    failing_threshold = fields.Float(
        string="Degraded: failing",
        digits=(16, 4),
        tracking=True,
        help="Share of calls that fail. " + _HELP,
    )
    interrupted_threshold = fields.Float(
        string="Interrupted: failing",
        digits=(16, 4),
        tracking=True,
        help="Share of calls that fail. " + _HELP,
    )

    @api.constrains(*THRESHOLDS.values())
    def _check_thresholds(self):
        for record in self:
            if not all(0 <= record[name] <= 1 for name in THRESHOLDS.values()):
                raise ValidationError(
                    self.env._("Enter thresholds as percentages from 0 to 100.")
                )
