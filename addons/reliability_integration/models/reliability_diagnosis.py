"""Root causes: partner systems that answer more slowly than usual, or fail."""

from collections import Counter
from datetime import timedelta

from odoo import api, models

from odoo.addons.reliability.api import FAILURES, WINDOW, formatting

from ..families import INTEGRATION

_USUAL, _MOMENT = timedelta(days=7), timedelta(seconds=1)
_SLOWER = 2
"""How many times its usual seconds a slow partner system takes."""
_MIN_FAILURES, _FAILING = 2, 0.5
"""How many attempts, and which share of them, a failing partner system fails."""


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, observation, key, now):
        cause = super()._find_root_cause(observation, key, now)
        if cause and cause["layer"] == "external":
            return self._find_slow_system(now) or cause
        if not cause and observation.reason["kind"] == "failing":
            return self._find_failing_system(observation, key, now)
        return cause

    @api.model
    def _describe(self, cause):
        match cause and cause["layer"]:
            case "slow_system":
                return self.env._(
                    "Cause: %(name)s answers in %(now)s, usually in %(usual)s",
                    name=self._name_system(cause["name"]),
                    now=formatting.duration(self.env, cause["now"]),
                    usual=formatting.duration(self.env, cause["usual"]),
                )
            case "failing_system":
                return self.env._(
                    "Cause: at %(name)s, %(part)s of %(whole)s attempts failed in the"
                    " last quarter of an hour",
                    name=self._name_system(cause["name"]),
                    part=cause["part"],
                    whole=cause["whole"],
                )
        return super()._describe(cause)

    @api.model
    def _find_slow_system(self, now):
        """Return the partner system that is slower than usual and added most time."""
        query = self.env["reliability.query"]
        which = {"by": ("dimension",), "family": INTEGRATION.name}
        current = query._aggregate_costs(now - WINDOW, now + _MOMENT, **which)
        usual = query._aggregate_costs(now - _USUAL, now - WINDOW, **which)
        added = {}
        for key, costs in current.items():
            before = usual.get(key)
            seconds = costs.seconds / costs.calls
            if before and seconds >= _SLOWER * before.seconds / before.calls:
                added[key] = (seconds - before.seconds / before.calls) * costs.calls
        if not added:
            return None
        key = max(added, key=added.__getitem__)
        return {
            "layer": "slow_system",
            "name": key[0],
            "now": current[key].seconds / current[key].calls,
            "usual": usual[key].seconds / usual[key].calls,
        }

    @api.model
    def _find_failing_system(self, observation, key, now):
        """Return the partner system for which most of the failed calls were waiting;
        else the one of the service that fails most, if one does.
        """
        every = self._attempts_by_system(now)
        name = self._system_of_failed_calls(observation.reason["operation"], key, now)
        if name not in every:
            service = self.env["reliability.service"].browse(key.service_id).code
            own = self._attempts_by_system(now, service=service)
            failing = {
                name: stats.failures
                for name, stats in own.items()
                if stats.failures >= max(_MIN_FAILURES, _FAILING * stats.completed)
            }
            name = max(failing, key=failing.get, default=None)
        if not name:
            return None
        return {
            "layer": "failing_system",
            "name": name,
            "subject": name,
            "part": every[name].failures,
            "whole": every[name].completed,
        }

    @api.model
    def _attempts_by_system(self, now, **where):
        """Return the attempts of the last quarter of an hour: code → `CallStats`.

        :param where: as ``reliability.query`` takes it
        """
        found = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + _MOMENT,
            by=("dimension",),
            durations=False,
            family=INTEGRATION.name,
            **where,
        )
        return {name: stats for (name,), stats in found.items()}

    @api.model
    def _system_of_failed_calls(self, operation, key, now):
        """Return the code of the partner system of most of the failed calls that are
        stored, or ``None``.
        """
        calls = self.env["reliability.top.call"].search(
            [
                ("operation_id.code", "=", operation),
                ("company_id", "=", key.company_id or False),
                ("warehouse", "in", (key.warehouse or False, key.warehouse)),
                ("outcome", "in", list(FAILURES)),
                ("ended", ">=", now - WINDOW),
            ]
        )
        systems = Counter(call.integration_id.code for call in calls)
        for code, count in systems.most_common(1):
            if code and count >= _FAILING * len(calls):
                return code
        return None

    @api.model
    def _name_system(self, code):
        """Return the name of a partner system, or its code if it is gone."""
        return self.env["reliability.integration"].sudo()._by_code(code).name or code
