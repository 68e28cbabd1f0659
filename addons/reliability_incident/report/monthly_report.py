"""The monthly report: what a month was like for a service, to be read by customers."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime, formatLang

from odoo.addons.reliability.api import check_reader, formatting

from ..models.incident_fields import INCIDENT
from ..models.reliability_incident_figure import FIGURE_NAMES

_AGGREGATES = (
    *("incidents:sum", "known:sum", "coverage:avg"),
    *("mean:avg", "median:avg", "p90:avg"),
)


class FigureRow(NamedTuple):
    """A time of the incidents of a month, as texts; empty where nothing is known."""

    name: str
    incidents: str
    known: str
    coverage: str
    mean: str
    median: str
    p90: str


class IncidentRow(NamedTuple):
    """An incident, as texts; empty where nothing is known."""

    number: str
    text: str
    severity: str
    began: str
    restored: str
    duration: str


class MonthlyReport(models.AbstractModel):
    _name = "report.reliability_incident.monthly_report"
    _description = "Monthly Report of Services"

    @api.model
    def _get_report_values(self, docids, data=None):
        report = self.env["reliability.monthly.report"].browse(docids)
        report.ensure_one()
        check_reader(report.env, report.company_id)
        company = report.company_id
        report = report.with_context(allowed_company_ids=company.ids)
        return {
            "title": report.display_name,
            "month": report._month_name(),
            "company": company.name,
            "zone": formatting.zone_name(report.env.tz.zone),
            "lang": report.env.lang,
            "services": [
                self.with_env(report.env)._service_values(report, service)
                for service in report._services()
            ],
        }

    @api.model
    def _service_values(self, report, service):
        """Return what the report says about a service; addons add to it.

        :param report: the ``reliability.monthly.report``, of one company
        :rtype: dict
        """
        incidents = self.env["reliability.incident"].search(
            [*self._incidents(report, service), ("kind", "=", INCIDENT)],
            order="detected_at, id",
        )
        return {
            "name": service.name,
            "figures": self._figures(report, service),
            "incidents": [self._incident_row(incident) for incident in incidents],
            "left_out": self._left_out(report, service),
        }

    @api.model
    def _of_company(self, report):
        """Return a domain of what concerns the company of a report."""
        return Domain("company_id", "=", report.company_id.id) | Domain(
            "is_shared", "=", True
        )

    @api.model
    def _incidents(self, report, service):
        """Return a domain of the incidents that were there in the month of a report."""
        begin, end = report._period()
        lasted = Domain("restored_at", "=", False) | Domain("restored_at", ">=", begin)
        answered = Domain("acknowledged_at", ">=", begin)
        return [
            *self._of_company(report),
            ("service_ids", "in", service.ids),
            ("detected_at", "<", end),
            *(lasted | answered),
        ]

    @api.model
    def _figures(self, report, service):
        """Return the times of the incidents of a month.

        :rtype: list[FigureRow]
        """
        begin, end = report._period()
        domain = [
            *self._of_company(report),
            ("service_ids", "in", service.ids),
            ("kind", "=", INCIDENT),
            ("moment", ">=", begin),
            ("moment", "<", end),
        ]
        found = {
            figure: values
            for figure, *values in self.env["reliability.incident.figure"]._read_group(
                domain, ["figure"], _AGGREGATES
            )
        }
        return [
            self._figure_row(figure, *found[figure])
            for figure, _name in FIGURE_NAMES
            if figure in found
        ]

    @api.model
    def _figure_row(self, figure, incidents, known, coverage, *hours):
        figures = self.env["reliability.incident.figure"]
        return FigureRow(
            self._name_of(figures, "figure", figure),
            self._count(incidents),
            self._count(known),
            formatLang(self.env, coverage, digits=1),
            *(figures._duration_text(each) if known else "" for each in hours),
        )

    @api.model
    def _incident_row(self, incident):
        restored, duration = incident.restored_at, ""
        if incident.began_at:
            until = restored or fields.Datetime.now()
            seconds = (until - incident.began_at).total_seconds()
            duration = formatting.duration(self.env, seconds)
        if not restored and duration:
            duration = self.env._("%(duration)s so far", duration=duration)
        return IncidentRow(
            incident.number,
            incident.text,
            self._name_of(incident, "severity", incident.severity),
            self._moment(incident.began_at),
            self._moment(restored) or self.env._("Not restored yet"),
            duration,
        )

    @api.model
    def _left_out(self, report, service):
        """Return how many incidents are in no figure, by what they count as.

        :return: pairs of texts
        """
        incidents = self.env["reliability.incident"]
        counts = incidents._read_group(
            [*self._incidents(report, service), ("kind", "!=", INCIDENT)],
            ["kind"],
            ["__count"],
        )
        return [
            (self._name_of(incidents, "kind", kind), self._count(count))
            for kind, count in counts
        ]

    @api.model
    def _name_of(self, records, field, value):
        """Return the name of a value of a selection, in the user's language."""
        return dict(records._fields[field]._description_selection(self.env))[value]

    @api.model
    def _count(self, number):
        return formatLang(self.env, number, digits=0)

    @api.model
    def _moment(self, when):
        """Return a time for a document that is read months later; empty if unknown."""
        if not when:
            return ""
        return format_datetime(self.env, when, dt_format="d MMM y, HH:mm")
