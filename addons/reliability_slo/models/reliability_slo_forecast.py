"""What an objective would have been: for people who choose its goal."""

# What helps to choose a goal has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import formatting

from .. import burn_rate
from ..objective import GAUGE, LATENCY, SUCCESS
from .counting import SLICE_DAYS, worth
from .reliability_slo_alert import LONG_WINDOWS

_PERCENT = burn_rate.PPM // 100
GOALS = tuple(
    round(goal * _PERCENT) for goal in (99.99, 99.95, 99.9, 99.5, 99, 98, 95, 90)
)
"""Goals that are proposed, the largest first, in parts per million."""
_DAY = 86_400
_GOOD, _TOTAL = worth("slice.good", "slice.total")
_DIMENSION = {"warehouse": "warehouse", "system": "dimension"}


class _Past(NamedTuple):
    """What was measured of one budget.

    :ivar scope: the company, warehouse or system; empty for all
    :ivar since: the first day, in UTC
    """

    scope: str
    since: object
    good: int
    total: int

    @property
    def ppm(self):
        """Good events per million, rounded down."""
        return self.good * burn_rate.PPM // self.total


class ReliabilitySlo(models.Model):
    _inherit = "reliability.slo"

    achieved_text = fields.Text(
        string="What It Would Have Been", compute="_compute_achieved"
    )
    achieved = fields.Float(
        string="Achieved (%)",
        compute="_compute_achieved_in_window",
        digits=(7, 4),
        help="Good events of all its budgets, in its window.",
    )
    least_achieved = fields.Float(
        string="Least of Its Budgets (%)",
        compute="_compute_achieved_in_window",
        digits=(7, 4),
        help="What the worst of its budgets achieved in its window.",
    )
    has_events = fields.Boolean(compute="_compute_achieved_in_window")
    proposed_goal_ppm = fields.Integer(compute="_compute_achieved")
    proposal = fields.Char(compute="_compute_proposal")
    alerts_text = fields.Text(compute="_compute_alerts_text")

    @api.depends(
        "service_id",
        "measure",
        "family",
        "operations",
        "operation_ids",
        "system",
        "gauge",
        "split",
        "goal",
        "goal_ppm",
    )
    @api.depends_context("lang", "tz", "allowed_company_ids")
    def _compute_achieved(self):
        for slo in self:
            past = slo._past()
            slo.achieved_text = slo._achieved_text(past)
            slo.proposed_goal_ppm = slo._proposed_ppm(past)

    @api.depends("budget_ids.good", "budget_ids.total")
    @api.depends_context("allowed_company_ids")
    def _compute_achieved_in_window(self):
        budgets = self.env["reliability.slo.budget"].search(
            [("slo_id", "in", self.ids), ("total", ">", 0)]
        )
        by_slo = budgets.grouped("slo_id")
        for slo in self:
            own = by_slo.get(slo._origin, budgets.browse())
            total = sum(own.mapped("total"))
            slo.has_events = bool(own)
            slo.achieved = burn_rate.percent(sum(own.mapped("good")), total)
            slo.least_achieved = min(own.mapped("achieved"), default=0)

    @api.depends("proposed_goal_ppm", "goal")
    @api.depends_context("lang")
    def _compute_proposal(self):
        for slo in self:
            proposed = slo.proposed_goal_ppm
            slo.proposal = (
                self.env._("Use %(goal)s %%", goal=self._shown(proposed))
                if proposed and proposed != slo._entered_ppm()
                else ""
            )

    def action_use_proposal(self):
        """Set the goal to the largest of the usual ones that would have been met."""
        self.check_access("write")
        for slo in self.filtered("proposed_goal_ppm"):
            slo.goal_ppm = slo.proposed_goal_ppm

    def _entered_ppm(self):
        """Return the goal of the form, also before it is saved."""
        return round(self.goal * _PERCENT)

    # The past

    def _past(self):
        """Return what was measured, by budget: of a saved objective what it has
        counted, of another one what rollups have.

        :rtype: list[_Past]
        """
        if self._is_counted_as_shown():
            return self._counted_past()
        if self.measure in (SUCCESS, LATENCY) and self.service_id and self.family:
            return self._measured_past()
        return []

    def _is_counted_as_shown(self):
        """Return whether the form shows what was counted, and not another choice."""
        saved = self._origin
        if not saved.is_counted:
            return False
        names = ("service_id", "measure", "family", "system", "gauge", "split")
        is_same = all(
            (self[name]._origin if self._fields[name].relational else self[name])
            == saved[name]
            for name in names
        )
        return is_same and self._entered_codes() == saved._entered_codes()

    def _entered_codes(self):
        """Return the codes of the operations of the form, also before it is saved."""
        if self.family == "operation":
            return sorted(self.operation_ids.mapped("code"))
        return sorted(self._operation_codes())

    def _counted_past(self):
        budgets = self.env["reliability.slo.budget"].search(
            [("slo_id", "=", self._origin.id)]
        )
        query = SQL(
            f"""
            SELECT slice.budget_id, min(slice.start),
                   coalesce(sum({_GOOD}), 0)::bigint, coalesce(sum({_TOTAL}), 0)::bigint
              FROM reliability_slo_slice AS slice
              JOIN reliability_slo AS slo ON slo.id = %s
             WHERE slice.budget_id = ANY(%s) AND NOT slice.is_excluded
             GROUP BY 1
            """,
            self._origin.id,
            budgets.ids,
        )
        has_companies = budgets._has_companies()
        return [
            _Past(budgets.browse(key)._scope_text(has_companies), since, good, total)
            for key, since, good, total in self.env.execute_query(query)
            if total
        ]

    def _measured_past(self):
        """Return what rollups by hour have, of the companies that are selected."""
        now = fields.Datetime.now()
        column = _DIMENSION.get(self.split)
        where = {"family": self.family}
        if codes := self._entered_codes():
            where["operation"] = codes
        else:
            where["service"] = self.service_id.code
        if self.system:
            where["dimension"] = self.system
        found = self.env["reliability.query"]._aggregate(
            now - timedelta(days=SLICE_DAYS),
            now + timedelta(hours=1),
            by=("company_id", *([column] if column else [])),
            step=_DAY,
            durations=False,
            **where,
        )
        sums = defaultdict(lambda: [now, 0, 0])
        for (day, company_id, *unit), stats in found.items():
            if company_id and company_id not in self.env.companies.ids:
                continue
            good, total = stats.completed - stats.failures, stats.completed
            if self.measure != SUCCESS:
                good, total = stats.fast, stats.timed
            key = () if self.split == "none" else (company_id, *unit)
            since, good_so_far, so_far = sums[key]
            if total:
                sums[key] = [min(since, day), good_so_far + good, so_far + total]
        return [
            _Past(self._scope_of(*key), *numbers)
            for key, numbers in sums.items()
            if numbers[-1]
        ]

    def _scope_of(self, company_id=None, unit=""):
        company = self.env["res.company"].browse(company_id or []).name or ""
        has_companies = self.env["reliability.slo.budget"]._has_companies()
        parts = [company if has_companies else "", unit]
        return " · ".join(part for part in parts if part)

    # In words

    def _achieved_text(self, past):
        """Return what the past would have been worth at this goal, in sentences.

        :param list[_Past] past: by budget
        """
        if not past:
            return self._no_past_text()
        total = sum(one.total for one in past)
        ppm = sum(one.good for one in past) * burn_rate.PPM // total
        worst = min(past, key=lambda one: one.ppm)
        goal = self._entered_ppm()
        values = {
            "day": formatting.day(
                self.env,
                fields.Datetime.context_timestamp(self, min(p.since for p in past)),
            ),
            "achieved": self._shown(ppm),
            "goal": self._shown(goal),
            "scope": worst.scope,
            "worst": self._shown(worst.ppm),
        }
        if len(past) == 1:
            if ppm >= goal:
                return self.env._(
                    "Since %(day)s, %(achieved)s %% were good: a goal of %(goal)s %%"
                    " would have been met.",
                    **values,
                )
            return self.env._(
                "Since %(day)s, %(achieved)s %% were good: a goal of %(goal)s %% would"
                " have been missed.",
                **values,
            )
        if worst.ppm >= goal:
            return self.env._(
                "Since %(day)s, %(achieved)s %% were good, and %(worst)s %% of"
                " %(scope)s, the least: a goal of %(goal)s %% would have been met by"
                " all.",
                **values,
            )
        return self.env._(
            "Since %(day)s, %(achieved)s %% were good, but only %(worst)s %% of"
            " %(scope)s: a goal of %(goal)s %% would have been missed there.",
            **values,
        )

    def _no_past_text(self):
        if self.measure == GAUGE:
            return self.env._(
                "Nothing is known of the past: the number is checked once a minute from"
                " when the objective is saved."
            )
        if not self.service_id:
            return self.env._("Choose a service: then what was measured is shown here.")
        return self.env._(
            "Nothing of it has been measured yet. It counts from the first event on,"
            " and is shown here within a minute."
        )

    def _proposed_ppm(self, past):
        """Return the largest usual goal that each budget would have met; 0 if none."""
        if not past:
            return 0
        least = min(one.ppm for one in past)
        return next((goal for goal in GOALS if goal <= least), 0)

    def _shown(self, ppm):
        """Return millionths in percent, as text."""
        return formatting.percent(self.env, ppm / _PERCENT)

    @api.depends("goal", "window")
    @api.depends_context("lang")
    def _compute_alerts_text(self):
        for slo in self:
            slo.alerts_text = slo._alerts_that_never_begin()

    def _alerts_that_never_begin(self):
        """Return why usual alerts are left out at this goal; empty if none is."""
        goal = self._entered_ppm()
        if not self.window or not 0 < goal < burn_rate.PPM:
            return ""
        period, names = self._period(), dict(LONG_WINDOWS)
        field = self.env["reliability.slo.alert"]._fields["long_window"]
        names = dict(field._description_selection(self.env))
        return "\n".join(
            self.env._(
                "There is no alert within %(time)s at a goal of %(entered)s %%: even a"
                " total outage would use up less than %(budget)s %% of the budget in"
                " that time. It is possible from a goal of %(goal)s %%.",
                time=names[str(pair.long // timedelta(hours=1))],
                entered=self._shown(goal),
                budget=self._shown(pair.budget_ppm),
                goal=self._shown(pair.smallest_goal_ppm(period)),
            )
            for pair in burn_rate.pairs(period)
            if not pair.can_fire(goal, period)
        )
