"""The day of one operation: call counts, durations, the usual day, and deployments."""

# One file for each page of the cockpit.
# pylint: disable=consider-merging-classes-inherited

from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from odoo.addons.reliability.api import (
    CallStats,
    LocalDay,
    check_reader,
    formatting,
    minutes_complete_since,
    read_shared,
)

_QUARTER, _HOUR = 900, 3600
_STORED = ("failures", "rejected", "slow")
"""Kinds of calls that are stored one by one, as far as there are not too many."""
_FIRST_DAY = date(2000, 1, 1)
"""Older than any measurement: the weeks before the first days of calendars overflow."""


class UsualRange(NamedTuple):
    """The usual range of an hour: successful calls, and their median duration in
    seconds.
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
        """Return the day of an operation: by quarter of an hour while minutes are
        retained, else by hour.

        :param str operation: its code
        :param str day: such as ``2026-03-02``; today if not given
        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        :raise UserError: there is no such operation or day
        """
        check_reader(self.env)
        measured = self._find_operation(operation)
        scope = self.env["reliability.health.provider"]._scope(warehouse_id)
        day = self._parse_day(day)
        is_recent = day.begin >= minutes_complete_since(self.env)
        step = _QUARTER if is_recent else _HOUR
        return {
            "name": measured.name,
            "threshold": measured.threshold,
            "step": step,
            "start": fields.Datetime.to_string(day.begin),
            "end": fields.Datetime.to_string(day.end),
            "points": self._points(measured.code, scope, day, step),
            "usual": self._usual_bands(measured.code, scope, day, step),
            "annotations": [
                {
                    "time": fields.Datetime.to_string(deployment.begin),
                    "text": deployment.text,
                }
                for deployment in self.env["reliability.health.provider"]._deployments(
                    day.begin, day.end
                )
            ],
        }

    @api.model
    @api.readonly
    def open_calls(self, operation, start, end, warehouse_id=None, which="all"):
        """Return an action that opens the top calls of a period.

        :param str start, end: in UTC, in Odoo's format
        :param str which: ``failures``, ``rejected``, ``slow`` or ``all``
        :raise AccessError: the user has no role of Reliability
        :raise UserError: there is no such operation, or a time is none
        """
        check_reader(self.env)
        return self.env["reliability.top.call"]._open(
            self.env["reliability.health.provider"]._scope(warehouse_id).where,
            operation=self._find_operation(operation).code,
            begin=formatting.parse_moment(self.env, start),
            end=formatting.parse_moment(self.env, end),
            which=which,
        )

    @api.model
    def _find_operation(self, code):
        """Return the operation with a code.

        :raise UserError: there is none
        """
        # Not in SQL: a browser may send what PostgreSQL does not take as text.
        operations = self.env["reliability.operation"].search([])
        operation = operations.filtered(lambda operation: operation.code == code)
        if not operation:
            raise UserError(
                self.env._(
                    "%(operation)s is not measured any more. Choose another operation.",
                    operation=code,
                )
            )
        return operation

    @api.model
    def _parse_day(self, text):
        """Return a day as `LocalDay`; today if the text is empty.

        :raise UserError: the text is no day, or a day in the future or long ago
        """
        today = LocalDay.containing(fields.Datetime.now(), self.env.tz.zone)
        if not text:
            return today
        try:
            day = date.fromisoformat(text)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("Enter a day such as 2026-03-02, not %(day)s.", day=text)
            ) from error
        if day > today.date:
            raise UserError(
                self.env._("%(day)s is in the future. Choose an earlier day.", day=text)
            )
        if day < _FIRST_DAY:
            raise UserError(
                self.env._(
                    "%(day)s is before the first measurement. Choose a later day.",
                    day=text,
                )
            )
        return LocalDay.on(day, today.zone)

    @api.model
    def _points(self, operation, scope, day, step):
        now = fields.Datetime.now()
        stats, stored = read_shared(
            self.env,
            self.env["reliability.collector.checkpoint"]._last_polls(),
            ("points", operation, scope, day, step),
            lambda: (
                self._aggregate_day(operation, scope, day, step),
                self.env["reliability.top.call"]._count_stored(
                    operation, day.begin, day.end, step, scope.where
                ),
            ),
        )
        return [
            _point(start, stats.get((start,), CallStats()))
            | {"stored": {kind: stored.get((start, kind), 0) for kind in _STORED}}
            for start in day.starts(step)
            if start <= now
        ]

    @api.model
    def _usual_bands(self, operation, scope, day, step):
        """Return the usual range of each part of a day.

        It is computed by hour: minutes are not retained for several weeks.
        """
        hours = self._usual_hours(operation, scope, day)
        if not hours:
            return []
        bands, first = [], day.starts(_HOUR)[0]
        for start in day.starts(step):
            hour = max(0, int((start - first) / timedelta(hours=1)))
            usual = hours[min(hour, len(hours) - 1)]
            bands.append(_band(start, usual, step / _HOUR))
        return bands

    @api.model
    @tools.ormcache("operation", "scope", "day")
    def _usual_hours(self, operation, scope, day):
        """Return the usual range of each hour, from the same weekday of earlier weeks.

        Cached, since past days do not change.

        :rtype: list[UsualRange]
        """
        weeks = []
        for earlier_day in day.baseline_days():
            if stats := self._aggregate_day(operation, scope, earlier_day, _HOUR):
                starts = earlier_day.starts(_HOUR)
                weeks.append([stats.get((start,), CallStats()) for start in starts])
        return [_usual_range(hour_stats) for hour_stats in zip(*weeks, strict=False)]

    @api.model
    def _aggregate_day(self, operation, scope, day, step):
        return self.env["reliability.query"]._aggregate(
            day.begin, day.end, step=step, operation=operation, **scope.where
        )


def _point(start, stats):
    return {
        "start": fields.Datetime.to_string(start),
        "done": stats.calls["success"],
        "failures": stats.failures,
        "rejected": stats.calls["rejected"],
        "slow": stats.slow,
        "p50": stats.quantile(0.5),
        "p95": stats.quantile(0.95),
        "p99": stats.quantile(0.99),
    }


def _usual_range(hour_stats):
    """Return the range of one hour over several weeks.

    :param hour_stats: the hour's `CallStats`, one per week
    """
    done = [stats.calls["success"] for stats in hour_stats]
    medians = [stats.quantile(0.5) for stats in hour_stats if stats.buckets]
    return UsualRange(
        min(done), max(done), min(medians, default=None), max(medians, default=None)
    )


def _band(start, usual, share):
    """Return the usual range of a part of an hour.

    :param share: length of the part, in hours
    """
    return {
        "start": fields.Datetime.to_string(start),
        "done_low": round(usual.done_low * share, 1),
        "done_high": round(usual.done_high * share, 1),
        "p50_low": usual.p50_low,
        "p50_high": usual.p50_high,
    }
