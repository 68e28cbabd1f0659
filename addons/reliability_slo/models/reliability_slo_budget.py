"""Error budgets: how many events may be bad, and what is left of them."""

from datetime import timedelta
from fractions import Fraction

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from odoo.addons.reliability.api import formatting

from .. import burn_rate, window
from . import budget_words

_DAY = 86_400
_BURNING, _SPENT, _MET, _NO_DATA = range(4)
"""How urgent a budget is: the first are those that still get worse."""


class ReliabilitySloBudget(models.Model):
    """The budget of an objective, or of a company, warehouse or system of it.

    The evaluation writes it, by SQL; nobody else does.
    """

    _name = "reliability.slo.budget"
    _description = "Error Budget"
    _log_access = False
    _order = "urgency, remaining_ppm, id"

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
    all_good = fields.Float(string="Good at All Hours", digits=(20, 0), aggregator=None)
    all_total = fields.Float(
        string="Events at All Hours", digits=(20, 0), aggregator=None
    )
    remaining_ppm = fields.Float(
        string="Budget Left in Millionths", digits=(20, 0), aggregator=None
    )
    all_remaining_ppm = fields.Float(
        string="Budget Left at All Hours in Millionths",
        digits=(20, 0),
        aggregator=None,
    )
    counted_good = fields.Float(digits=(20, 0), aggregator=None)
    counted_bad = fields.Float(digits=(20, 0), aggregator=None)
    counted_until = fields.Datetime()
    new_good = fields.Float(digits=(20, 0), aggregator=None)
    new_bad = fields.Float(digits=(20, 0), aggregator=None)
    is_new = fields.Boolean(help="Whether its counters have not been shown as 0 yet.")
    corrected = fields.Float(
        digits=(20, 0),
        aggregator=None,
        help="Events that Prometheus has counted, and that were corrected or excluded"
        " later.",
    )
    firing = fields.Json()
    bad = fields.Float(string="Bad Events", compute="_compute_numbers", digits=(20, 0))
    allowed = fields.Float(compute="_compute_numbers", digits=(20, 0))
    goal = fields.Float(related="slo_id.goal", string="Goal (%)", aggregator=None)
    achieved = fields.Float(
        string="Achieved (%)",
        compute="_compute_numbers",
        digits=(7, 4),
        aggregator="avg",  # see _read_group_select: good events of all events
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
    urgency = fields.Integer(
        compute="_compute_state",
        aggregator=None,
        help="The order of what needs action.",
    )
    left = fields.Char(string="What Is Left", compute="_compute_texts")
    lasts = fields.Char(string="At This Rate", compute="_compute_lasts")
    allowed_text = fields.Char(compute="_compute_texts")
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
            budget.achieved = burn_rate.percent(budget.good, budget.total)
            budget.remaining = budget.remaining_ppm / 10_000
            budget.all_achieved = burn_rate.percent(budget.all_good, budget.all_total)
            budget.all_remaining = budget.all_remaining_ppm / 10_000

    @api.depends("total", "remaining_ppm", "firing")
    def _compute_state(self):
        for budget in self:
            if not budget.total:
                budget.state, budget.urgency = "no_data", _NO_DATA
            elif budget.remaining_ppm <= 0:
                budget.state = "spent"
                budget.urgency = _BURNING if budget.firing else _SPENT
            elif budget.firing:
                budget.state, budget.urgency = "burning", _BURNING
            else:
                budget.state, budget.urgency = "met", _MET

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._state_domain(state) for state in value)

    @api.model
    def _state_domain(self, state):
        if state == "no_data":
            return Domain("total", "in", [0, False])
        domain = Domain("total", ">", 0)
        if state == "spent":
            return domain & Domain("remaining_ppm", "<=", 0)
        operator = "!=" if state == "burning" else "="
        left = Domain("remaining_ppm", ">", 0)
        return domain & left & Domain("firing", operator, False)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists be sorted and grouped by the state, and bad events be added up."""
        if field_expr not in ("bad", "state", "urgency"):
            return super()._field_to_sql(alias, field_expr, query)
        columns = {
            name: super(ReliabilitySloBudget, self)._field_to_sql(alias, name, query)
            for name in ("good", "total", "firing", "remaining_ppm")
        }
        if field_expr == "bad":
            return SQL("(%(total)s - %(good)s)", **columns)
        if field_expr == "state":
            return SQL(
                "CASE WHEN coalesce(%(total)s, 0) = 0 THEN 'no_data'"
                " WHEN %(remaining_ppm)s <= 0 THEN 'spent'"
                " WHEN %(firing)s IS NOT NULL THEN 'burning' ELSE 'met' END",
                **columns,
            )
        return SQL(
            "CASE WHEN coalesce(%(total)s, 0) = 0 THEN 3"
            " WHEN %(firing)s IS NOT NULL THEN 0"
            " WHEN %(remaining_ppm)s <= 0 THEN 1 ELSE 2 END",
            **columns,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Add up events of one objective only: there is no sum of orders and labels.

        What a group achieved is its good events of all its events, never an average.
        """
        if aggregate_spec == "achieved:avg":
            good, total = (
                SQL("sum(%s)", self._field_to_sql(self._table, name, query))
                for name in ("good", "total")
            )
            expression = SQL(
                "floor(%s * %s / nullif(%s, 0)) / 10000", good, burn_rate.PPM, total
            )
        else:
            expression = super()._read_group_select(aggregate_spec, query)
            if not aggregate_spec.endswith(":sum"):
                return expression
        slo = self._field_to_sql(self._table, "slo_id", query)
        return SQL("CASE WHEN min(%s) = max(%s) THEN %s END", slo, slo, expression)

    @api.depends("slo_id", "company_id", "warehouse", "system")
    @api.depends_context("lang")
    def _compute_display_name(self):
        has_companies = self._has_companies()
        for budget in self:
            scope = budget._scope_text(has_companies)
            parts = [budget.slo_id.display_name, scope]
            budget.display_name = " · ".join(part for part in parts if part)

    def _scope_text(self, has_companies):
        """Return the company, warehouse or system that the budget is of; empty if it is
        of all.

        :param has_companies: whether there are several, so that each is named
        """
        if self.slo_id.split == "none":
            return ""
        company = self.sudo().company_id.name or self.env._("No company")
        parts = [
            company if has_companies or not self.company_id else "",
            self.warehouse,
            self.system,
        ]
        return " · ".join(part for part in parts if part)

    @api.model
    def _has_companies(self):
        return len(self.env["res.company"].sudo().search([], limit=2)) > 1

    @api.depends("good", "total", "slo_id")
    @api.depends_context("lang", "tz")
    def _compute_texts(self):
        for budget in self:
            budget.left = budget._left_text()
            budget.allowed_text = budget._allowed_text()

    @api.depends("good", "total", "slo_id", "remaining_ppm")
    @api.depends_context("lang")
    def _compute_lasts(self):
        rates = self._burn_rates(_DAY)
        for budget in self:
            budget.lasts = budget._lasts_text(rates.get(budget.id))

    def _kind(self):
        """Return what the budget is made of, in the words of :mod:`.budget_words`."""
        return budget_words.kind_of(self.slo_id)

    def _amount(self, number):
        """Return a number of what the budget is made of, as text."""
        number = number / budget_words.unit_of(self.slo_id)
        is_whole = number == int(number)
        return formatLang(self.env, number, digits=0 if is_whole else 1)

    def _allowed_text(self):
        if not self.total or not self.allowed:
            return ""
        return budget_words.allowed_text(
            self.env,
            self._kind(),
            {
                "allowed": self._amount(self.allowed),
                "total": self._amount(self.total),
                "goal": formatting.percent(self.env, self.slo_id.goal),
            },
        )

    def _left_text(self):
        """Return how many failures are left, and until when."""
        if not self.total:
            return self.env._("No events yet")
        kind, left = self._kind(), self.allowed - self.bad
        values = {
            "left": self._amount(max(left, 0)),
            "bad": self._amount(self.bad),
            "allowed": self._amount(self.allowed),
            "total": self._amount(self.total),
            "days": window.ROLLING.get(self.slo_id.window, 0),
            "day": self._last_day(),
        }
        if left < 0:
            return budget_words.over(self.env, kind, values)
        if not self.allowed:
            return budget_words.none_allowed(self.env, kind, values)
        if self.slo_id.window in window.ROLLING:
            return budget_words.left_in_days(self.env, kind, values)
        return budget_words.left_until(self.env, kind, values)

    def _last_day(self):
        """Return the last day of a calendar window, as text."""
        end = self.slo_id.period_end
        if not end:
            return ""
        last = pytz.utc.localize(end - timedelta(seconds=1))
        day = last.astimezone(pytz.timezone(self.slo_id.zone)).date()
        return formatting.day(self.env, day)

    def _lasts_text(self, rate):
        """Return how long the budget lasts.

        :param rate: the burn rate of the last day; ``None`` without events in it
        """
        if rate is None or self.remaining_ppm <= 0:
            return ""
        if not rate:
            return budget_words.nothing_bad(self.env, self._kind())
        share = Fraction(int(self.remaining_ppm), burn_rate.PPM)
        lasts = burn_rate.exhaustion(self.slo_id._period(), rate / share)
        return self.env._(
            "Lasts %(time)s at the rate of the last 24 hours",
            time=formatting.duration(self.env, lasts.total_seconds()),
        )

    def _burn_rates(self, seconds):
        """Return the burn rates of a window: budget → rate; none without events in it.

        :param seconds: its length, one of ``burn_seconds``
        """
        query = SQL(
            "SELECT budget_id, good, total FROM reliability_slo_window"
            " WHERE budget_id = ANY(%s) AND seconds = %s AND total > 0",
            self.ids,
            seconds,
        )
        return {
            budget_id: burn_rate.burn_rate(
                int(total - good), int(total), self.browse(budget_id).slo_id.goal_ppm
            )
            for budget_id, good, total in self.env.execute_query(query)
        }

    def _burns_fast(self):
        """Return whether an alert holds to which people should react at once."""
        alerts = (self.firing or {}).values()
        return any(alert["severity"] == burn_rate.PAGE for alert in alerts)

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
