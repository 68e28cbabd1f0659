"""What budgets were like in a past period, such as a month."""

from datetime import timedelta
from math import floor
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .. import burn_rate
from .counting import OF_PERIOD, SLICE_DAYS


class PeriodSums(NamedTuple):
    """The events, or time slices, of a budget in a period.

    :ivar good, total: without excluded times
    :ivar all_good, all_total: with them
    """

    good: int
    total: int
    all_good: int
    all_total: int


class Result(NamedTuple):
    """What an objective has achieved, in percent; ``None`` without events.

    :ivar remaining: the part of the budget that is left, less than 0 if more is used
    """

    achieved: float | None
    remaining: float | None


class ReliabilitySloBudget(models.Model):
    _inherit = "reliability.slo.budget"

    @api.model
    def _oldest_slice(self):
        """Return the moment since which slices are stored, in UTC."""
        return fields.Datetime.now() - timedelta(days=SLICE_DAYS)

    def _results(self, begin, end):
        """Return the results of a period: budget → without excluded times, with them.

        :param datetime begin, end: in UTC, after `_oldest_slice`
        :rtype: dict[ReliabilitySloBudget, tuple[Result, Result]]
        """
        self.env.flush_all()
        query = SQL(OF_PERIOD, budgets=self.ids, begin=begin, end=end)
        found = {}
        for budget_id, *numbers in self.env.execute_query(query):
            budget = self.browse(budget_id)
            sums = PeriodSums(*map(int, numbers))
            goal_ppm = budget.slo_id.goal_ppm
            found[budget] = (
                _result(sums.good, sums.total, goal_ppm),
                _result(sums.all_good, sums.all_total, goal_ppm),
            )
        return found


def _result(good, total, goal_ppm):
    if not total:
        return Result(None, None)
    left = burn_rate.remaining(total - good, total, goal_ppm) * burn_rate.PPM
    return Result(burn_rate.percent(good, total), floor(left) / 10_000)
