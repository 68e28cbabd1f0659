"""The day of one operation: how many, how fast, what is usual, and what changed."""

# A file for each question that the cockpit answers.
# pylint: disable=consider-merging-classes-inherited

from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from odoo.addons.reliability.api import (
    CallStats,
    LocalDay,
    lately,
    minutes_complete_since,
)

from . import calls

_QUARTER, _HOUR = 900, 3600


class Usual(NamedTuple):
    """Between what and what an hour usually is: calls done, and the seconds that half
    of them take at most.
    """

    done_low: int
    done_high: int
    p50_low: float | None
    p50_high: float | None


class ReliabilityCockpit(models.AbstractModel):
    _inherit = "reliability.cockpit"

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
        measured = self._measured(operation)
        scope = self.env["reliability.health.provider"]._scope(warehouse_id)
        day = self._day(day)
        is_recent = day.begin >= minutes_complete_since(self.env)
        step = _QUARTER if is_recent else _HOUR
        return {
            "name": measured.name,
            "threshold": measured.threshold,
            "step": step,
            "start": fields.Datetime.to_string(day.begin),
            "end": fields.Datetime.to_string(day.end),
            "points": self._points(operation, scope, day, step),
            "usual": self._usual_bands(operation, scope, day, step),
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
        :param str which: ``failures``, ``rejected``, ``slow`` or ``all``
        :raise AccessError: the user has no role of Reliability
        """
        self._check_may_look()
        return calls.opened(
            self.env,
            self.env["reliability.health.provider"]._scope(warehouse_id).where,
            operation=str(operation),
            begin=fields.Datetime.to_datetime(start),
            end=fields.Datetime.to_datetime(end),
            which=which,
        )

    @api.model
    def _measured(self, operation):
        """Return the operation of a code.

        :raise UserError: there is none
        """
        found = self.env["reliability.operation"].search(
            [("code", "=", str(operation))]
        )
        if not found:
            raise UserError(
                self.env._(
                    "%(operation)s is not measured any more. Choose another operation.",
                    operation=operation,
                )
            )
        return found

    @api.model
    def _day(self, day):
        today = LocalDay.around(fields.Datetime.now(), self.env.tz.zone)
        if not day:
            return today
        try:
            asked = LocalDay.of(date.fromisoformat(day), today.zone)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("Give a day such as 2026-03-02, not %(day)s.", day=day)
            ) from error
        if asked.date > today.date:
            raise UserError(
                self.env._("%(day)s is yet to come. Choose a day before it.", day=day)
            )
        return asked

    @api.model
    def _points(self, operation, scope, day, step):
        now = fields.Datetime.now()
        found = lately(
            self.env,
            self.env["reliability.collector.checkpoint"]._last_polls(),
            ("points", operation, scope, day, step),
            lambda: self._figures_of(operation, scope, day, step),
        )
        return [
            _point(start, found.get((start,), CallStats()))
            for start in day.starts(step)
            if start <= now
        ]

    @api.model
    def _usual_bands(self, operation, scope, day, step):
        """Return between what and what each part of a day usually is.

        By hour, since minutes are not kept for so long.
        """
        hours = self._usual(operation, scope, day)
        if not hours:
            return []
        bands, first = [], day.starts(_HOUR)[0]
        for start in day.starts(step):
            hour = max(0, int((start - first) / timedelta(hours=1)))
            bands.append(_band(start, hours[min(hour, len(hours) - 1)], step / _HOUR))
        return bands

    @api.model
    @tools.ormcache("operation", "scope", "day")
    def _usual(self, operation, scope, day):
        """Return what each hour was on the same weekday before, which does not change.

        :rtype: list[Usual]
        """
        weeks = []
        for before in day.usual():
            if found := self._figures_of(operation, scope, before, _HOUR):
                starts = before.starts(_HOUR)
                weeks.append([found.get((start,), CallStats()) for start in starts])
        return [_usual_hour(hours) for hours in zip(*weeks, strict=False)]

    @api.model
    def _figures_of(self, operation, scope, day, step):
        return self.env["reliability.query"]._aggregate(
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


def _usual_hour(weeks):
    """Return the least and the most that there was in an hour of several weeks."""
    done = [figures.calls["success"] for figures in weeks]
    typical = [figures.quantile(0.5) for figures in weeks if figures.buckets]
    return Usual(
        min(done), max(done), min(typical, default=None), max(typical, default=None)
    )


def _band(start, usual, share):
    """Return what is usual in a part of an hour, which is a share of it."""
    return {
        "start": fields.Datetime.to_string(start),
        "done_low": round(usual.done_low * share, 1),
        "done_high": round(usual.done_high * share, 1),
        "p50_low": usual.p50_low,
        "p50_high": usual.p50_high,
    }
