"""Error budgets: how many events may be bad, and what is left of them."""

from datetime import timedelta
from fractions import Fraction

import pytz

from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

from odoo.addons.reliability.api import formatting

from .. import burn_rate, window

_DAY = 86_400


class ReliabilitySloBudget(models.Model):
    """The budget of an objective, or of a company, warehouse or system of it.

    The evaluation writes it, by SQL; nobody else does.
    """

    _name = "reliability.slo.budget"
    _description = "Error Budget"
    _log_access = False
    _order = "remaining_ppm, id"

    slo_id = fields.Many2one(
        "reliability.slo", string="Objective", required=True, ondelete="cascade"
    )
    service_id = fields.Many2one(related="slo_id.service_id", store=False)
    company_id = fields.Many2one("res.company", ondelete="cascade", index=True)
    warehouse = fields.Char(required=True, default="")
    system = fields.Char(string="Partner System", required=True, default="")
    is_shared = fields.Boolean(help="Whether it concerns the whole database.")
    first = fields.Datetime(string="Known Since")
    good = fields.Float(digits=(20, 0))
    total = fields.Float(string="Events", digits=(20, 0))
    all_good = fields.Float(digits=(20, 0))
    all_total = fields.Float(digits=(20, 0))
    remaining_ppm = fields.Float(string="Budget Left in Millionths", digits=(20, 0))
    all_remaining_ppm = fields.Float(digits=(20, 0))
    counted_good = fields.Float(digits=(20, 0))
    counted_bad = fields.Float(digits=(20, 0))
    counted_until = fields.Datetime()
    new_good = fields.Float(digits=(20, 0))
    new_bad = fields.Float(digits=(20, 0))
    is_new = fields.Boolean(help="Whether its counters have not been shown as 0 yet.")
    corrected = fields.Float(
        digits=(20, 0),
        help="Events that Prometheus has counted, and that were corrected or excluded"
        " later.",
    )
    firing = fields.Json()
    bad = fields.Float(string="Failures", compute="_compute_numbers", digits=(20, 0))
    allowed = fields.Float(compute="_compute_numbers", digits=(20, 0))
    achieved = fields.Float(
        string="Achieved (%)", compute="_compute_numbers", digits=(7, 4)
    )
    remaining = fields.Float(
        string="Budget Left (%)", compute="_compute_numbers", digits=(16, 2)
    )
    all_achieved = fields.Float(
        string="Achieved at All Hours (%)", compute="_compute_numbers", digits=(7, 4)
    )
    all_remaining = fields.Float(
        string="Budget Left at All Hours (%)",
        compute="_compute_numbers",
        digits=(16, 2),
    )
    state = fields.Selection(
        [
            ("no_data", "No data"),
            ("met", "Met"),
            ("burning", "Burning"),
            ("spent", "Spent"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    left = fields.Char(compute="_compute_texts")
    lasts = fields.Char(compute="_compute_texts")
    problem = fields.Char(compute="_compute_problem")

    _key_unique = models.UniqueIndex(
        "(slo_id, coalesce(company_id, 0), warehouse, system)"
    )

    @api.depends("good", "total", "all_good", "all_total", "slo_id.goal_ppm")
    def _compute_numbers(self):
        for budget in self:
            budget.bad = budget.total - budget.good
            budget.allowed = burn_rate.allowed(
                int(budget.total), budget.slo_id.goal_ppm
            )
            budget.achieved = _percent(budget.good, budget.total)
            budget.remaining = budget.remaining_ppm / 10_000
            budget.all_achieved = _percent(budget.all_good, budget.all_total)
            budget.all_remaining = budget.all_remaining_ppm / 10_000

    @api.depends("total", "remaining_ppm", "firing")
    def _compute_state(self):
        for budget in self:
            if not budget.total:
                budget.state = "no_data"
            elif budget.remaining_ppm <= 0:
                budget.state = "spent"
            else:
                budget.state = "burning" if budget.firing else "met"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        known = self.search([])
        return [("id", "in", known.filtered(lambda one: one.state in value).ids)]

    @api.depends("slo_id", "company_id", "warehouse", "system")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for budget in self:
            parts = [budget.slo_id.display_name]
            if budget.slo_id.split != "none":
                parts.append(budget._scope_text())
            budget.display_name = " · ".join(part for part in parts if part)

    def _scope_text(self):
        """Return the company, warehouse or system that the budget is of."""
        company = self.sudo().company_id.name or self.env._("No company")
        several = self.sudo().env["res.company"].search_count([]) > 1
        parts = [
            company if several or not self.company_id else "",
            self.warehouse,
            self.system,
        ]
        return " · ".join(part for part in parts if part)

    @api.depends("good", "total", "slo_id")
    @api.depends_context("lang", "tz")
    def _compute_texts(self):
        for budget in self:
            budget.left = budget._left_text()
            budget.lasts = budget._lasts_text()

    def _left_text(self):
        """Return how many failures are left, and until when."""
        if not self.total:
            return self.env._("No events yet")
        left = self.allowed - self.bad
        values = {
            "left": formatLang(self.env, max(left, 0), digits=0),
            "over": formatLang(self.env, -left, digits=0),
            "allowed": formatLang(self.env, self.allowed, digits=0),
            "days": window.ROLLING.get(self.slo_id.window, 0),
            "day": self._last_day(),
        }
        if self.slo_id.window in window.ROLLING:
            if left < 0:
                return self.env._(
                    "%(over)s failures more than the %(allowed)s allowed in %(days)s"
                    " days",
                    **values,
                )
            return self.env._(
                "%(left)s of %(allowed)s failures left in %(days)s days", **values
            )
        if left < 0:
            return self.env._(
                "%(over)s failures more than the %(allowed)s allowed until %(day)s",
                **values,
            )
        return self.env._(
            "%(left)s of %(allowed)s failures left until %(day)s", **values
        )

    def _last_day(self):
        """Return the last day of a calendar window, as text."""
        end = self.slo_id.period_end
        if not end:
            return ""
        last = pytz.utc.localize(end - timedelta(seconds=1))
        day = last.astimezone(pytz.timezone(self.slo_id.zone)).date()
        return format_date(self.env, day, date_format="d MMM")

    def _lasts_text(self):
        """Return how long the budget lasts at the rate of the last day."""
        rate = self._burn_rate(_DAY)
        if rate is None or self.remaining_ppm <= 0:
            return ""
        if not rate:
            return self.env._("Nothing failed in the last 24 hours")
        period = self.slo_id._period()
        share = Fraction(int(self.remaining_ppm), burn_rate.PPM)
        lasts = burn_rate.exhaustion(period, rate / share)
        return self.env._(
            "Lasts %(time)s at the rate of the last 24 hours",
            time=formatting.duration(self.env, lasts.total_seconds()),
        )

    def _burn_rate(self, seconds):
        """Return the burn rate of a window; ``None`` without events in it.

        :param seconds: its length, one of ``burn_seconds``
        """
        query = SQL(
            "SELECT good, total FROM reliability_slo_window"
            " WHERE budget_id = %s AND seconds = %s",
            self.id,
            seconds,
        )
        for good, total in self.env.execute_query(query):
            goal = self.slo_id.goal_ppm
            return burn_rate.burn_rate(int(total - good), int(total), goal)
        return None

    @api.depends("company_id", "warehouse")
    def _compute_problem(self):
        """Say where a budget waits for events that will not come."""
        warehouses = self._active_warehouses()
        for budget in self:
            budget.problem = False
            if budget.warehouse and warehouses and budget.warehouse not in warehouses:
                budget.problem = self.env._(
                    "The warehouse %(warehouse)s is archived: its budget stays as it"
                    " was. It needs no action.",
                    warehouse=budget.warehouse,
                )

    @api.model
    def _active_warehouses(self):
        if "stock.warehouse" not in self.env:
            return set()
        return set(self.env["stock.warehouse"].sudo().search([]).mapped("code"))


def _percent(good, total):
    """Return a ratio in percent, as exact as millionths are: no goal is exceeded by
    rounding up.
    """
    return int(good * burn_rate.PPM // total) / 10_000 if total else 0.0
