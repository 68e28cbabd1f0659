"""Comparison of operations: between warehouses, weeks, and around a deployment."""

# One file for each page of the cockpit.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.reliability.api import (
    CallStats,
    LocalDay,
    check_reader,
    formatting,
    minutes_complete_since,
)

from . import calls

_WEEK = timedelta(weeks=1)
_DAYS_OF_DEPLOYMENTS = 30
_MIN_CALLS, _MIN_FAILURES = 20, 2
_SLOWER, _MORE_FAILURES = 1.25, 0.01
"""Thresholds of a regression: factor of the median duration, increase of the failure
ratio."""


class ReliabilityCockpit(models.AbstractModel):
    _inherit = "reliability.cockpit"

    @api.model
    @api.readonly
    def read_comparison(self, kind, warehouse_id=None, deployment_id=None):
        """Return a table of operations with one column per warehouse or period.

        :param str kind: ``warehouses``, ``weeks`` or ``deployment``
        :param int deployment_id: for ``deployment``; the latest if not given
        :return: see docs/cockpit.md
        :raise AccessError: the user has no role of Reliability
        :raise UserError: there is no such kind
        """
        check_reader(self.env)
        scope = self.env["reliability.health.provider"]._scope(warehouse_id)
        deployments = self._recent_deployments() if kind == "deployment" else []
        match kind:
            case "warehouses":
                table = self._compare_warehouses()
            case "weeks":
                table = self._compare_weeks(scope)
            case "deployment":
                table = self._compare_deployment(scope, deployments, deployment_id)
            case _:
                raise UserError(
                    self.env._(
                        "Compare warehouses, weeks or a deployment; not %s.", kind
                    )
                )
        return {
            "deployments": [
                {
                    "id": one.id,
                    "name": one.text,
                    "time": fields.Datetime.to_string(one.begin),
                }
                for one in deployments
            ],
            **table,
        }

    @api.model
    def _recent_deployments(self):
        """Return the deployments of the last month, the latest first."""
        now = fields.Datetime.now()
        begin = now - timedelta(days=_DAYS_OF_DEPLOYMENTS)
        provider = self.env["reliability.health.provider"]
        return provider._deployments(begin, now)[::-1]

    @api.model
    def _compare_warehouses(self):
        now = fields.Datetime.now()
        provider = self.env["reliability.health.provider"]
        warehouses = provider._warehouses()
        aggregated = self.env["reliability.query"]._aggregate(
            now - _WEEK,
            now,
            by=("company_id", "warehouse", "operation"),
            company_id=provider._business_companies(),
            warehouse=[warehouse.code for warehouse in warehouses],
        )
        columns = [
            {
                operation: stats
                for (company_id, code, operation), stats in aggregated.items()
                if (company_id, code) == (warehouse.company_id, warehouse.code)
            }
            for warehouse in warehouses
        ]
        return {
            "columns": [warehouse.name for warehouse in warehouses],
            "caption": self.env._("The last seven days."),
            "rows": self._rows(columns, is_sequence=False),
        }

    @api.model
    def _compare_weeks(self, scope):
        today = LocalDay.containing(fields.Datetime.now(), self.env.tz.zone)
        monday = LocalDay.on(
            today.date - timedelta(days=today.date.weekday()), today.zone
        ).begin
        end = self._comparable_end(fields.Datetime.now(), monday)
        return {
            "columns": [self.env._("Last week"), self.env._("This week")],
            "caption": self.env._("Each week from Monday to the current time of week."),
            "rows": self._rows(self._columns_a_week_apart(monday, end, scope)),
        }

    @api.model
    def _compare_deployment(self, scope, deployments, deployment_id):
        """Compare the time since a deployment with the same time of the week before."""
        chosen = [one for one in deployments if one.id == deployment_id]
        chosen = chosen or deployments[:1]
        if not chosen:
            return {
                "columns": [],
                "caption": self.env._("Nothing was deployed in the last thirty days."),
                "rows": [],
            }
        deployed = chosen[0].begin
        begin = deployed.replace(minute=0, second=0, microsecond=0)
        end = self._comparable_end(min(fields.Datetime.now(), begin + _WEEK), begin)
        return {
            "columns": [self.env._("Before"), self.env._("After")],
            "caption": self.env._(
                "After: from the hour of %(time)s, for up to a week. Before: the same"
                " days and hours of the week before.",
                time=formatting.moment(self.env, deployed),
            ),
            "rows": self._rows(self._columns_a_week_apart(begin, end, scope)),
        }

    @api.model
    def _columns_a_week_apart(self, begin, end, scope):
        """Return the calls of a period, after those of the same period a week before.

        :return: two dicts operation → `CallStats`
        """
        return [
            calls.stats_by_operation(self.env, begin - ago, end - ago, scope.where)
            for ago in (_WEEK, timedelta())
        ]

    @api.model
    def _comparable_end(self, end, begin):
        """Return up to when a period can be compared with the same one a week before:
        to the minute if minutes of both are retained, else to the hour.
        """
        if begin - _WEEK >= minutes_complete_since(self.env):
            return end
        return end.replace(minute=0, second=0, microsecond=0)

    @api.model
    def _rows(self, columns, is_sequence=True):
        """Return a row for each operation that has calls.

        :param columns: dicts operation → `CallStats`
        :param is_sequence: whether the columns are two periods, the earlier one first
        """
        rows = []
        for operation in self.env["reliability.operation"].search([]):
            cells = [column.get(operation.code, CallStats()) for column in columns]
            if not any(stats.completed for stats in cells):
                continue
            rows.append(
                {
                    "operation": operation.code,
                    "name": operation.name,
                    "service": operation.service_id.name,
                    "cells": [_cell(stats) for stats in cells],
                    "regression": self._regression(*cells) if is_sequence else "",
                }
            )
        return rows

    @api.model
    def _regression(self, before, after):
        """Say what became worse; empty if nothing did or there are too few calls."""
        if min(before.completed, after.completed) < _MIN_CALLS:
            return ""
        failing = [1 - stats.availability for stats in (before, after)]
        if (
            failing[1] - failing[0] >= _MORE_FAILURES
            and after.failures >= _MIN_FAILURES
        ):
            return self.env._(
                "More calls fail: %(after)s %% instead of %(before)s %%",
                before=formatLang(self.env, 100 * failing[0], digits=1),
                after=formatLang(self.env, 100 * failing[1], digits=1),
            )
        medians = [stats.quantile(0.5) or 0 for stats in (before, after)]
        if medians[0] and medians[1] >= _SLOWER * medians[0]:
            return self.env._(
                "Slower: a call typically takes %(after)s instead of %(before)s",
                before=formatting.duration(self.env, medians[0]),
                after=formatting.duration(self.env, medians[1]),
            )
        return ""


def _cell(stats):
    availability, on_time = stats.availability, stats.on_time
    return {
        "calls": stats.completed,
        "failures": None if availability is None else 1 - availability,
        "slow": None if on_time is None else 1 - on_time,
        "p50": stats.quantile(0.5),
        "p95": stats.quantile(0.95),
    }
