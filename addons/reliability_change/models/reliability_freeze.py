"""Change freezes: when nothing should be deployed, and what happens if it is."""

from datetime import date, time

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.reliability.api import (
    formatting,
    isolated,
    masked_logger,
    write_changes,
)

from ..freezes import (
    CUTOFF,
    DATES,
    MAX_HOURS,
    MAX_WORKING_DAYS,
    MONTH_END,
    Freeze,
    first_period,
    next_period,
)

_logger = masked_logger(__name__)

WARN, REFUSE = "warn", "refuse"
_KIND_NAMES = [
    (DATES, "Days"),
    (MONTH_END, "End of Month"),
    (CUTOFF, "Before a Cutoff"),
]
_MODE_NAMES = [(WARN, "Warn"), (REFUSE, "Refuse")]
_DEFINITION = (
    *("kind", "tz", "first_day", "last_day", "days_before", "days_after"),
    *("cutoff", "hours_before"),
)
_LAST_DAY = date(2100, 1, 1)
_HOURS_OF_DAY = 24


class ReliabilityFreeze(models.Model):
    _name = "reliability.freeze"
    _inherit = ["mail.thread"]
    _description = "Change Freeze"
    _order = "begin, name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    kind = fields.Selection(_KIND_NAMES, required=True, default=DATES, tracking=True)
    mode = fields.Selection(
        _MODE_NAMES,
        string="Deployments",
        required=True,
        default=WARN,
        tracking=True,
        help="Refuse: a pipeline that asks before it deploys is told not to. What it"
        " deploys all the same is recorded.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        tracking=True,
    )
    first_day = fields.Date(tracking=True)
    last_day = fields.Date(tracking=True, help="This day belongs to the freeze.")
    days_before = fields.Integer(
        string="Last Working Days",
        default=2,
        aggregator=None,
        tracking=True,
        help="Of each month: Mondays to Fridays.",
    )
    days_after = fields.Integer(
        string="First Working Days",
        default=1,
        aggregator=None,
        tracking=True,
        help="Of the next month: Mondays to Fridays.",
    )
    cutoff = fields.Float(
        default=16,
        aggregator=None,
        tracking=True,
        help="The time of each day at which the freeze ends.",
    )
    hours_before = fields.Float(default=2, aggregator=None, tracking=True)
    begin = fields.Datetime(
        compute="_compute_period",
        store=True,
        help="Of the present freeze, or else of the next one.",
    )
    end = fields.Datetime(compute="_compute_period", store=True)
    text = fields.Char(string="When", compute="_compute_text")

    @api.depends(*_DEFINITION)
    def _compute_period(self):
        now = fields.Datetime.now()
        for freeze in self:
            freeze.update(freeze._next_period_values(now))

    @api.depends(*_DEFINITION)
    @api.depends_context("lang")
    def _compute_text(self):
        for freeze in self:
            freeze.text = freeze._describe()

    def _describe(self):
        """Return when it is, in some words."""
        if self.kind == MONTH_END:
            return self.env._(
                "%(before)s working days before, and %(after)s after the end of each"
                " month",
                before=self.days_before,
                after=self.days_after,
            )
        if self.kind == CUTOFF:
            return self.env._(
                "%(time)s before %(cutoff)s, each day",
                time=formatting.duration(self.env, self.hours_before * 3600),
                cutoff=f"{_time(self.cutoff):%H:%M}",
            )
        if not (self.first_day and self.last_day):
            return False
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, self.first_day),
            last=format_date(self.env, self.last_day),
        )

    @api.constrains("active", *_DEFINITION)
    def _check_definition(self):
        for freeze in self:
            if problem := freeze._problem():
                raise ValidationError(problem)

    def _problem(self):
        """Return what is wrong with what it is defined by; ``None`` if nothing is."""
        if self.kind == DATES and not (
            self.first_day
            and self.last_day
            and self.first_day <= self.last_day < _LAST_DAY
        ):
            return self.env._(
                "Enter the first and the last day of the freeze, in this order"
            )
        days = (self.days_before, self.days_after)
        if self.kind == MONTH_END and not (
            any(days) and all(0 <= one <= MAX_WORKING_DAYS for one in days)
        ):
            return self.env._(
                "Enter how many working days before or after the end of the month,"
                " at most %(days)s of each",
                days=MAX_WORKING_DAYS,
            )
        if self.kind == CUTOFF and not 0 <= self.cutoff < _HOURS_OF_DAY:
            return self.env._("Enter a cutoff from 00:00 to 23:59")
        if self.kind == CUTOFF and not 0 < self.hours_before <= MAX_HOURS:
            return self.env._(
                "Enter how long before the cutoff the freeze begins, at most %(hours)s"
                " hours",
                hours=MAX_HOURS,
            )
        return None

    def _as_freeze(self):
        """Return it as :mod:`..freezes` needs it; nothing may be wrong with it."""
        return Freeze(
            self.kind,
            self.tz or "UTC",
            self.first_day or date.min,
            self.last_day or date.min,
            self.days_before,
            self.days_after,
            _time(self.cutoff),
            self.hours_before,
        )

    def _next_period_values(self, now):
        """Return the begin and end of the present period, or else of the next one."""
        found = None
        if self.kind and not self._problem():
            found = next_period(self._as_freeze(), now)
        if not found:
            return {"begin": False, "end": False}
        second = {"microsecond": 0}
        return {
            "begin": found.begin.replace(**second),
            "end": found.end.replace(**second),
        }

    @api.model
    def _refresh(self, now):
        """Store the next period of freezes whose present one has ended.

        :param datetime now: in UTC
        """
        for freeze in self.search([("end", "<=", now)]):
            with freeze._alone():
                write_changes(freeze, freeze._next_period_values(now))

    def _alone(self):
        """Return a ``with`` block: one freeze that fails hides no others."""
        return isolated(self.env.cr, _logger, f"Change freeze {self.id} is not known")

    @api.model
    def _between(self, begin, end):
        """Return freezes in a time, and until when: those that refuse first.

        :param datetime begin, end: in UTC; both belong to the time
        :return: freeze → :class:`..freezes.Period`
        """
        found = {}
        for freeze in self.search([]).sorted(lambda one: one.mode != REFUSE):
            with freeze._alone():
                if period := first_period(freeze._as_freeze(), begin, end):
                    found[freeze] = period
        return found


def _time(hours):
    """Return the time of the day that a number of hours is."""
    minutes = round(hours * 60) % (_HOURS_OF_DAY * 60)
    return time(minutes // 60, minutes % 60)
