"""From where on something is not fine, as shares of its calls, beside today's."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..telemetry.call_stats import CallStats
from ..telemetry.evaluation import Thresholds
from .local_day import LocalDay

_HELP = "Of the last quarter of an hour, and still in its last five minutes."
THRESHOLDS = {name: f"{name}_threshold" for name in Thresholds._fields}
"""What a limit is called in `Limits` → its field."""


class ReliabilityAlertThresholds(models.AbstractModel):
    _name = "reliability.alert.thresholds"
    _description = "From Where On Something Is Not Fine"
    _counted_as = None  # what ``reliability.query`` tells records apart by

    slow_threshold = fields.Float(
        string="Degraded: slow",
        digits=(16, 4),
        help="Share of successful calls that are slow. " + _HELP,
    )
    refused_threshold = fields.Float(
        string="Degraded: refused",
        digits=(16, 4),
        help="Share of calls to which Odoo says no with a message. " + _HELP,
    )
    failing_threshold = fields.Float(
        string="Degraded: failing",
        digits=(16, 4),
        help="Share of calls that fail. " + _HELP,
    )
    interrupted_threshold = fields.Float(
        string="Interrupted: failing",
        digits=(16, 4),
        help="Share of calls that fail. " + _HELP,
    )

    calls_today = fields.Integer(compute="_compute_today")
    slow_today = fields.Float(compute="_compute_today", digits=(16, 4))
    refused_today = fields.Float(compute="_compute_today", digits=(16, 4))
    failing_today = fields.Float(compute="_compute_today", digits=(16, 4))
    typical_today = fields.Float(
        string="Typical Today (s)",
        compute="_compute_today",
        digits=(16, 2),
        help="Half of today's calls were done within so many seconds.",
    )
    longest_today = fields.Float(
        string="95 of 100 Today (s)",
        compute="_compute_today",
        digits=(16, 2),
        help="95 of 100 of today's calls were done within so many seconds.",
    )

    @api.depends_context("uid", "tz", "allowed_company_ids")
    def _compute_today(self):
        calls = self._calls_today()
        for record in self:
            figures = calls.get((record.code,), CallStats())
            availability, on_time = figures.availability, figures.on_time
            record.calls_today = figures.judged
            record.slow_today = 0.0 if on_time is None else 1 - on_time
            record.failing_today = 0.0 if availability is None else 1 - availability
            record.refused_today = figures.refusals or 0.0
            record.typical_today = figures.quantile(0.5) or 0.0
            record.longest_today = figures.quantile(0.95) or 0.0

    def _calls_today(self):
        """Return the calls of the user's day, in his companies: (code,) → `Figures`."""
        return self._calls_of_today(company_id=self.env.companies.ids)

    def _calls_of_today(self, **where):
        now = fields.Datetime.now()
        return self.env["reliability.query"]._aggregate(
            LocalDay.around(now, self.env.tz.zone).begin,
            now,
            by=(self._counted_as,),
            **where,
        )

    @api.constrains(*THRESHOLDS.values())
    def _check_thresholds(self):
        for record in self:
            if not all(0 <= record[name] <= 1 for name in THRESHOLDS.values()):
                raise ValidationError(
                    self.env._("Enter limits as percentages from 0 to 100.")
                )
