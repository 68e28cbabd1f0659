"""The dialog that prints the monthly report of services."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.reliability.api import LocalDay, check_reader

_MONTHS = 24
_ONE_MONTH = relativedelta(months=1)


class ReliabilityMonthlyReport(models.TransientModel):
    _name = "reliability.monthly.report"
    _description = "Monthly Report"

    month = fields.Selection(
        "_selection_month", required=True, default=lambda self: self._last_month()
    )
    service_ids = fields.Many2many(
        "reliability.service", string="Services", help="All services if empty."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    @api.model
    def _selection_month(self):
        """Return this month and those before, the newest first."""
        this = self._this_month()
        months = [this - number * _ONE_MONTH for number in range(_MONTHS)]
        return [
            (f"{month:%Y-%m}", format_date(self.env, month, date_format="MMMM y"))
            for month in months
        ]

    @api.model
    def _this_month(self):
        return fields.Date.context_today(self).replace(day=1)

    @api.model
    def _last_month(self):
        return f"{self._this_month() - _ONE_MONTH:%Y-%m}"

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Monthly report, %(month)s", month=report._month_name()
            )

    def _month_name(self):
        first = date.fromisoformat(f"{self.month}-01")
        return format_date(self.env, first, date_format="MMMM y")

    def _period(self, zone=None):
        """Return when the month begins and ends, in UTC.

        :param str zone: the time zone; the user's by default
        """
        first = date.fromisoformat(f"{self.month}-01")
        days = (
            LocalDay.on(day, zone or self.env.tz.zone)
            for day in (first, first + _ONE_MONTH)
        )
        begin, end = (day.begin for day in days)
        return begin, end

    def _services(self):
        """Return the services that the report is about."""
        return self.service_ids or self.env["reliability.service"].search([])

    def action_print(self):
        """Print the report: a PDF, or a page where the server cannot make PDFs."""
        self.ensure_one()
        check_reader(self.env, self.company_id)
        report = self.env.ref("reliability_incident.monthly_report_action")
        return report.report_action(self, config=False)
