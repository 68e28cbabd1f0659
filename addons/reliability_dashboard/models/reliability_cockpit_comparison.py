"""Warehouses side by side, this week beside the last, before and after an upgrade."""

# A file for each question that the cockpit answers.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import (
    CallStats,
    LocalDay,
    formatting,
    minutes_complete_since,
)

from . import calls

_WEEK = timedelta(weeks=1)
_DAYS_OF_UPGRADES = 30
_FEWEST_CALLS, _FEWEST_FAILURES = 20, 2
_SLOWER, _MORE_FAILURES = 1.25, 0.01
"""From which factor, and from how many more of a hundred, something is worse."""


class ReliabilityCockpit(models.AbstractModel):
    _inherit = "reliability.cockpit"

    @api.model
    @api.readonly
    def read_comparison(self, kind, warehouse_id=None, upgrade_id=None):
        """Return operations, with the same numbers of several places or times.

        :param str kind: ``warehouses``, ``weeks`` or ``upgrade``
        :param int upgrade_id: which one; the last if not given
        :return: what docs/cockpit.md describes
        :raise AccessError: the user has no role of Reliability
        :raise UserError: there is no such comparison
        """
        self._check_may_look()
        scope = self.env["reliability.health.provider"]._scope(warehouse_id)
        upgrades = self._recent_upgrades() if kind == "upgrade" else []
        match kind:
            case "warehouses":
                found = self._compare_warehouses()
            case "weeks":
                found = self._compare_weeks(scope)
            case "upgrade":
                found = self._compare_upgrade(scope, upgrades, upgrade_id)
            case _:
                raise UserError(
                    self.env._("Compare warehouses, weeks or an upgrade; not %s.", kind)
                )
        return {
            "upgrades": [
                {
                    "id": of[0].id,
                    "name": of._describe(),
                    "time": fields.Datetime.to_string(of[0].upgraded),
                }
                for of in upgrades
            ],
            **found,
        }

    @api.model
    def _recent_upgrades(self):
        """Return upgrades of the last month, the last first, by the minute."""
        now = fields.Datetime.now()
        begin = now - timedelta(days=_DAYS_OF_UPGRADES)
        return self.env["reliability.upgrade"]._between(begin, now)[::-1]

    @api.model
    def _compare_warehouses(self):
        now = fields.Datetime.now()
        situation = self.env["reliability.health.provider"]
        warehouses = situation._warehouses()
        found = self.env["reliability.query"]._aggregate(
            now - _WEEK,
            now,
            by=("company_id", "warehouse", "operation"),
            company_id=self.env.companies.ids,
            warehouse=[of.code for of in warehouses],
        )
        columns = [
            {
                operation: figures
                for (*place, operation), figures in found.items()
                if place == [of.company_id, of.code]
            }
            for of in warehouses
        ]
        return {
            "columns": [of.name for of in warehouses],
            "note": self.env._("The last seven days."),
            "rows": self._rows(columns, is_sequence=False),
        }

    @api.model
    def _compare_weeks(self, scope):
        today = LocalDay.around(fields.Datetime.now(), self.env.tz.zone)
        monday = LocalDay.of(
            today.date - timedelta(days=today.date.weekday()), today.zone
        ).begin
        now = self._until(fields.Datetime.now(), monday)
        return {
            "columns": [self.env._("Last week"), self.env._("This week")],
            "note": self.env._(
                "Each from Monday on, up to the same time of the week as now."
            ),
            "rows": self._rows(
                [
                    calls.by_operation(
                        self.env, monday - _WEEK, now - _WEEK, scope.where
                    ),
                    calls.by_operation(self.env, monday, now, scope.where),
                ]
            ),
        }

    @api.model
    def _compare_upgrade(self, scope, upgrades, upgrade_id):
        """Compare since an upgrade with the same days and hours of the week before."""
        chosen = [of for of in upgrades if of[0].id == upgrade_id] or upgrades[:1]
        if not chosen:
            return {
                "columns": [],
                "note": self.env._("No module was upgraded in the last thirty days."),
                "rows": [],
            }
        since = chosen[0][0].upgraded.replace(minute=0, second=0)
        until = self._until(min(fields.Datetime.now(), since + _WEEK), since)
        return {
            "columns": [self.env._("Before"), self.env._("After")],
            "note": self.env._(
                "After: since the hour of %(time)s, for up to a week. Before: the same"
                " days and hours, a week earlier.",
                time=formatting.moment(self.env, chosen[0][0].upgraded),
            ),
            "rows": self._rows(
                [
                    calls.by_operation(
                        self.env, since - _WEEK, until - _WEEK, scope.where
                    ),
                    calls.by_operation(self.env, since, until, scope.where),
                ]
            ),
        }

    @api.model
    def _until(self, moment, since):
        """Return up to when a period can be compared with the one a week before: both
        up to the minute where minutes of both are kept, else both in whole hours.
        """
        if since - _WEEK >= minutes_complete_since(self.env):
            return moment
        return moment.replace(minute=0, second=0, microsecond=0)

    @api.model
    def _rows(self, columns, is_sequence=True):
        """Return a row for each operation that was called at all.

        :param is_sequence: whether the last column came after the one before
        """
        rows = []
        for of in self.env["reliability.operation"].search([]):
            cells = [column.get(of.code, CallStats()) for column in columns]
            if not any(figures.judged for figures in cells):
                continue
            rows.append(
                {
                    "operation": of.code,
                    "name": of.name,
                    "service": of.service_id.name,
                    "cells": [_cell(figures) for figures in cells],
                    "worse": self._worse(*cells) if is_sequence else "",
                }
            )
        return rows

    @api.model
    def _worse(self, before, after):
        """Say what has become worse, where there are enough calls to tell."""
        if min(before.judged, after.judged) < _FEWEST_CALLS:
            return ""
        failing = [1 - figures.availability for figures in (before, after)]
        if (
            failing[1] - failing[0] >= _MORE_FAILURES
            and after.failures >= _FEWEST_FAILURES
        ):
            return self.env._(
                "More fail: %(after)s %% instead of %(before)s %%",
                before=round(100 * failing[0], 1),
                after=round(100 * failing[1], 1),
            )
        typical = [figures.quantile(0.5) or 0 for figures in (before, after)]
        if typical[0] and typical[1] >= _SLOWER * typical[0]:
            return self.env._(
                "Slower: typically %(after)s s instead of %(before)s s",
                before=round(typical[0], 2),
                after=round(typical[1], 2),
            )
        return ""


def _cell(figures):
    availability, on_time = figures.availability, figures.on_time
    return {
        "calls": figures.judged,
        "failures": None if availability is None else 1 - availability,
        "slow": None if on_time is None else 1 - on_time,
        "p50": figures.quantile(0.5),
        "p95": figures.quantile(0.95),
    }
