"""The objectives of a service in its monthly report."""

from typing import NamedTuple

from odoo import api, models

from odoo.addons.reliability.api import formatting
from odoo.addons.reliability_slo.models.counting import SLICE_DAYS


class ObjectiveRow(NamedTuple):
    """What an objective achieved in a month, as texts; empty without events.

    :ivar achieved, left: without excluded times
    :ivar all_achieved, all_left: with them
    """

    name: str
    goal: str
    achieved: str
    left: str
    all_achieved: str
    all_left: str


class MonthlyReport(models.AbstractModel):
    _inherit = "report.reliability_incident.monthly_report"

    @api.model
    def _service_values(self, report, service):
        values = super()._service_values(report, service)
        budgets = self._budgets(report, service)
        stored = budgets.filtered(lambda one: self._is_stored(report, one))
        return values | {
            "objectives": self._objectives(report, stored),
            "not_stored": self._not_stored_text() if budgets - stored else "",
        }

    @api.model
    def _budgets(self, report, service):
        """Return the budgets of a service that the user may read.

        Those of no company are of all of them; only some users may read those.
        """
        return self.env["reliability.slo.budget"].search(
            [
                ("slo_id.service_id", "=", service.id),
                ("slo_id.active", "=", True),
                ("company_id", "in", [report.company_id.id, False]),
            ],
            order="slo_id, company_id, warehouse, system",
        )

    @api.model
    def _is_stored(self, report, budget):
        """Return whether the slices of the whole month are stored."""
        begin, _end = report._period(budget.slo_id.zone)
        return begin >= budget._oldest_slice()

    @api.model
    def _not_stored_text(self):
        return self.env._(
            "What was achieved in this month is not stored any more: it is kept for"
            " %(days)s days.",
            days=SLICE_DAYS,
        )

    @api.model
    def _objectives(self, report, budgets):
        """Return what objectives achieved in a month, each in its own time zone.

        :rtype: list[ObjectiveRow]
        """
        results = {}
        for zone, of_zone in budgets.grouped(lambda one: one.slo_id.zone).items():
            results |= of_zone._results(*report._period(zone))
        return [self._objective_row(budget, *results[budget]) for budget in budgets]

    @api.model
    def _objective_row(self, budget, counted, everything):
        numbers = (
            *(budget.goal, counted.achieved, counted.remaining),
            *(everything.achieved, everything.remaining),
        )
        # The company of the report stands above.
        parts = [budget.slo_id.display_name, budget._scope_text(has_companies=False)]
        name = " · ".join(part for part in parts if part)
        return ObjectiveRow(name, *map(self._percent, numbers))

    @api.model
    def _percent(self, number):
        return "" if number is None else formatting.percent(self.env, number)
