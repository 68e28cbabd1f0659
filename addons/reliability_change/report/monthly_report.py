"""The five measures of deployments in the monthly report of services."""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import formatLang

from odoo.addons.reliability.api import formatting


class MeasureRow(NamedTuple):
    """A measure of a month, as texts.

    :ivar value: empty where nothing is known
    :ivar basis: what it was computed from
    """

    name: str
    value: str
    basis: str


class MonthlyReport(models.AbstractModel):
    _inherit = "report.reliability_incident.monthly_report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Add the measures, which are those of each service."""
        values = super()._get_report_values(docids, data)
        report = self.env["reliability.monthly.report"].browse(docids)
        measures = self._deployment_measures(report)
        for service in values["services"]:
            service["deployment_measures"] = measures
        return values

    @api.model
    def _deployment_measures(self, report):
        """Return the measures of a month; none without deployments.

        :rtype: list[MeasureRow]
        """
        begin, end = report._period()
        found = self.env["reliability.deployment"]._measure(begin, end, self.env.tz)
        if not found.frequency.count:
            return []
        return [
            self._frequency_row(found.frequency),
            self._failure_row(found.change_failures),
            self._durations_row(
                self.env._("Change lead time (median)"),
                found.lead_time,
                self.env._("1 commit"),
                self.env._("%(count)s commits", count=found.lead_time.count),
            ),
            self._durations_row(
                self.env._("Failed deployment recovery time (median)"),
                found.recovery_time,
                self.env._("1 deployment"),
                self.env._("%(count)s deployments", count=found.recovery_time.count),
            ),
            MeasureRow(
                self.env._("Rework rate"),
                self._share(found.rework),
                self._part(found.rework),
            ),
        ]

    @api.model
    def _frequency_row(self, frequency):
        count = frequency.count
        return MeasureRow(
            self.env._("Deployment frequency"),
            self.env._(
                "%(number)s per week",
                number=formatLang(self.env, frequency.per_week, digits=1),
            ),
            formatting.counted(
                count,
                self.env._("1 deployment"),
                self.env._("%(count)s deployments", count=count),
            ),
        )

    @api.model
    def _failure_row(self, failures):
        basis = self._part(failures)
        if failures.suggested:
            basis = self.env._(
                "%(part)s of %(whole)s, %(suggested)s of them not confirmed",
                part=failures.part,
                whole=failures.whole,
                suggested=failures.suggested,
            )
        return MeasureRow(
            self.env._("Change failure rate"), self._share(failures), basis
        )

    @api.model
    def _durations_row(self, name, durations, one, many):
        if not durations.count:
            return MeasureRow(name, "", "")
        seconds = durations.median.total_seconds()
        value = formatting.duration(self.env, seconds)
        return MeasureRow(name, value, formatting.counted(durations.count, one, many))

    @api.model
    def _share(self, share):
        number = formatLang(self.env, 100 * share.ratio, digits=1)
        return self.env._("%(number)s %%", number=number)

    @api.model
    def _part(self, share):
        return self.env._("%(part)s of %(whole)s", part=share.part, whole=share.whole)
