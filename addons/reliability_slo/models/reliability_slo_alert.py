"""When an objective alerts: two windows, and the part of the budget that is gone."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from odoo.addons.reliability.api import formatting

from .. import burn_rate, window

LONG_WINDOWS = [("1", "1 hour"), ("6", "6 hours"), ("24", "1 day"), ("72", "3 days")]
_PERCENT = burn_rate.PPM // 100


class ReliabilitySloAlert(models.Model):
    _name = "reliability.slo.alert"
    _description = "Burn-Rate Alert"
    _order = "slo_id, hours"
    _rec_name = "long_window"

    slo_id = fields.Many2one("reliability.slo", required=True, ondelete="cascade")
    severity = fields.Selection(
        [
            (burn_rate.PAGE, "At once"),
            (burn_rate.TICKET, "Next working day"),
        ],
        string="React",
        required=True,
        default=burn_rate.TICKET,
    )
    long_window = fields.Selection(
        LONG_WINDOWS,
        string="Within",
        required=True,
        default="24",
        help="It ends soon after the trouble: a twelfth of this time without it.",
    )
    hours = fields.Integer(compute="_compute_hours", store=True)
    budget_ppm = fields.Integer(required=True, default=100_000)
    budget = fields.Float(
        string="Budget Used Up (%)",
        compute="_compute_budget",
        inverse="_inverse_budget",
        digits=(7, 4),
        help="The part of the whole budget that is gone when the alert begins.",
    )
    burn_rate = fields.Float(
        compute="_compute_burn_rate",
        digits=(7, 2),
        help="How many times faster than allowed that is.",
    )

    _window_unique = models.UniqueIndex(
        "(slo_id, long_window)",
        "This objective has an alert for this time already. Change that alert.",
    )

    @api.depends("long_window")
    def _compute_hours(self):
        for alert in self:
            alert.hours = int(alert.long_window)

    @api.depends("budget_ppm")
    def _compute_budget(self):
        for alert in self:
            alert.budget = alert.budget_ppm / _PERCENT

    def _inverse_budget(self):
        for alert in self:
            alert.budget_ppm = round(alert.budget * _PERCENT)

    @api.depends("budget_ppm", "long_window", "slo_id.window")
    def _compute_burn_rate(self):
        for alert in self:
            alert.burn_rate = alert._pair().factor(alert.slo_id._period())

    def _pair(self):
        """Return the pair of windows as data.

        :rtype: burn_rate.Pair
        """
        long = timedelta(hours=int(self.long_window))
        return burn_rate.Pair(self.severity, long, self.budget_ppm)

    @api.model
    def _usual(self, slo):
        """Create and return the alerts that an objective has by itself."""
        return self.create(
            [{"slo_id": slo.id} | self._values(pair) for pair in slo._usual_pairs()]
        )

    @api.model
    def _values(self, pair):
        """Return the values of a pair of windows, see `_pair`."""
        return {
            "severity": pair.severity,
            "long_window": str(pair.long // timedelta(hours=1)),
            "budget_ppm": pair.budget_ppm,
        }

    def _are_usual(self, slo):
        """Return whether these are the alerts that an objective has by itself."""
        return {alert._pair() for alert in self} == set(slo._usual_pairs())

    @api.constrains("budget_ppm", "long_window", "slo_id")
    def _check_can_fire(self):
        for alert in self:
            goal, period = alert.slo_id.goal_ppm, window.length(alert.slo_id.window)
            pair = alert._pair()
            if not 0 < goal < burn_rate.PPM:
                continue  # the objective itself is refused
            if alert.budget_ppm <= 0:
                raise ValidationError(
                    self.env._("An alert needs more than 0 % of the budget.")
                )
            if not pair.can_fire(goal, period):
                largest = pair.largest_budget_ppm(goal, period)
                raise ValidationError(alert._never(largest / _PERCENT))

    def _never(self, largest):
        """Return why the alert would never begin, and what to enter.

        :param largest: the budget in percent with which it can
        """
        windows = dict(self._fields["long_window"]._description_selection(self.env))
        return self.env._(
            "The alert for %(budget)s %% of the budget within %(time)s could never"
            " begin at a goal of %(goal)s %%: in that time, even a total outage uses up"
            " less. Enter at most %(largest)s %%, or remove this alert.",
            budget=formatLang(self.env, self.budget, digits=2),
            time=windows[self.long_window],
            goal=formatting.percent(self.env, self.slo_id.goal),
            largest=formatting.percent(self.env, largest),
        )
