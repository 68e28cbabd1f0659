"""The day of one operation: how many, how fast, what is usual, and what changed."""

from datetime import date, timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from odoo.addons.reliability.models.day import Day
from odoo.addons.reliability.models.keeping import minutes_are_kept_since
from odoo.addons.reliability.telemetry.figures import Figures

from . import calls

_QUARTER, _HOUR = 900, 3600


class ReliabilityCockpit(models.AbstractModel):
    _inherit = "reliability.cockpit"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def read_chart(self, operation, warehouse_id=None, day=None):
        """Return the day of an operation, by quarter of an hour, as long as minutes are
        kept, else by hour.

        :param str operation: its code
        :param str day: such as ``2026-03-02``; today if not given
        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        """
        self._check_may_look()
        scope = self.env["reliability.situation"]._scope(warehouse_id)
        day = self._day(day)
        is_recent = day.begin >= minutes_are_kept_since(self.env)
        step = _QUARTER if is_recent else _HOUR
        measured = self.env["reliability.operation"].search([("code", "=", operation)])
        return {
            "operation": operation,
            "name": measured.name or operation,
            "threshold": measured.threshold,
            "step": step,
            "start": fields.Datetime.to_string(day.begin),
            "end": fields.Datetime.to_string(day.end),
            "points": self._points(operation, scope, day, step),
            "usual": self._usual(operation, scope, day, step),
            "marks": [
                {
                    "time": fields.Datetime.to_string(upgrades[0].upgraded),
                    "text": upgrades._describe(),
                }
                for upgrades in self.env["reliability.upgrade"]._between(
                    day.begin, day.end
                )
            ],
        }

    @api.model
    @api.readonly
    def open_calls(self, operation, start, end, warehouse_id=None, which="all"):
        """Return an action that opens calls on record: the slow and the failed ones.

        :param str start, end: in UTC, as Odoo writes times
        :param str which: ``failures``, ``slow`` or ``all``
        :raise AccessError: the user has no role of Reliability
        """
        self._check_may_look()
        return calls.opened(
            self.env,
            self.env["reliability.situation"]._scope(warehouse_id),
            operation=str(operation),
            begin=fields.Datetime.to_datetime(start),
            end=fields.Datetime.to_datetime(end),
            which=which,
        )

    @api.model
    def _day(self, day):
        zone = self.env.tz.zone
        if not day:
            return Day.around(fields.Datetime.now(), zone)
        try:
            return Day.of(date.fromisoformat(day), zone)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("Give a day such as 2026-03-02, not %(day)s.", day=day)
            ) from error

    @api.model
    def _points(self, operation, scope, day, step):
        now = fields.Datetime.now()
        found = self._figures_of(operation, scope, day, step)
        return [
            _point(start, found.get((start,), Figures()))
            for start in day.starts(step)
            if start <= now
        ]

    @api.model
    @tools.ormcache("operation", "scope", "day", "step")
    def _usual(self, operation, scope, day, step):
        """Return between what and what it was on the same weekday before.

        By hour, since minutes are not kept for so long; what is past does not change.
        """
        weeks = []
        for before in day.usual():
            if found := self._figures_of(operation, scope, before, _HOUR):
                starts = before.starts(_HOUR)
                weeks.append([found.get((start,), Figures()) for start in starts])
        usual = []
        for start in day.starts(step):
            hour = int((start - day.begin) / timedelta(hours=1))
            same = [week[hour] for week in weeks if hour < len(week)]
            usual.append(_band(start, same, step / _HOUR))
        return usual

    @api.model
    def _figures_of(self, operation, scope, day, step):
        return self.env["reliability.reading"]._figures(
            day.begin, day.end, step=step, operation=operation, **scope.where
        )


def _point(start, figures):
    return {
        "start": fields.Datetime.to_string(start),
        "done": figures.calls["success"],
        "failures": figures.failures,
        "rejected": figures.calls["rejected"],
        "slow": figures.slow,
        "p50": figures.quantile(0.5),
        "p95": figures.quantile(0.95),
        "p99": figures.quantile(0.99),
    }


def _band(start, weeks, share):
    """Return the least and the most that there was, of hours, in a share of one."""
    done = [figures.calls["success"] * share for figures in weeks]
    typical = [figures.quantile(0.5) for figures in weeks if figures.buckets]
    return {
        "start": fields.Datetime.to_string(start),
        "done_low": round(min(done, default=0), 1),
        "done_high": round(max(done, default=0), 1),
        "p50_low": min(typical, default=None),
        "p50_high": max(typical, default=None),
    }
