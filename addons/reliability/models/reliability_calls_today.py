"""The numbers of today's calls, on services and operations."""

from odoo import api, fields, models

from ..telemetry.call_stats import CallStats
from .local_day import LocalDay


class ReliabilityCallsToday(models.AbstractModel):
    _name = "reliability.calls.today"
    _description = "Calls of Today"
    _counted_as = None  # the dimension of ``reliability.query`` that has their codes

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
        string="95% Today (s)",
        compute="_compute_today",
        digits=(16, 2),
        help="95% of today's calls were done within so many seconds.",
    )

    @api.depends_context("uid", "tz", "allowed_company_ids")
    def _compute_today(self):
        calls = self._calls_today()
        for record in self:
            stats = calls.get((record.code,), CallStats())
            availability, on_time = stats.availability, stats.on_time
            record.calls_today = stats.completed
            record.slow_today = 0.0 if on_time is None else 1 - on_time
            record.failing_today = 0.0 if availability is None else 1 - availability
            record.refused_today = stats.refusals or 0.0
            record.typical_today = stats.quantile(0.5) or 0.0
            record.longest_today = stats.quantile(0.95) or 0.0

    def _calls_today(self):
        """Return the calls of the user's day and companies: (code,) → `CallStats`."""
        companies = self.env["reliability.health.provider"]._business_companies()
        return self._calls_of_today(company_id=companies)

    def _calls_of_today(self, **where):
        now = fields.Datetime.now()
        return self.env["reliability.query"]._aggregate(
            LocalDay.containing(now, self.env.tz.zone).begin,
            now,
            by=(self._counted_as,),
            **where,
        )
