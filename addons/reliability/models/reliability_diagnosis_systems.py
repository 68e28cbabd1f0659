"""Counterparts: whose answers take longer than usual, and whose do not come?"""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, models

from ..telemetry.evaluation import WINDOW

_USUAL, _MOMENT = timedelta(days=7), timedelta(seconds=1)
_MORE = 2
"""How many times as long as usual a counterpart takes that has become slow."""
_FEWEST_FAILURES, _FAILING = 2, 0.5


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, sight, place, now):
        cause = super()._find_root_cause(sight, place, now)
        if cause and cause["layer"] == "outside":
            return self._find_system(now) or cause
        if not cause and sight.reason["kind"] == "failing":
            return self._find_failing_system(place, now)
        return cause

    @api.model
    def _describe(self, cause):
        match cause and cause["layer"]:
            case "counterpart":
                return self._describe_system(cause)
            case "failing_counterpart":
                return self.env._(
                    "%(name)s fails: %(part)s of %(whole)s tries",
                    name=self._name_system(cause["name"]),
                    part=cause["part"],
                    whole=cause["whole"],
                )
        return super()._describe(cause)

    @api.model
    def _find_system(self, now):
        """Return the counterpart whose answers take longer than usual: the one to which
        most of the time was added."""
        by = ("dimension",)
        reading, family = self.env["reliability.query"], "integration"
        lately = reading._aggregate_costs(
            now - WINDOW, now + _MOMENT, by=by, family=family
        )
        usual = reading._aggregate_costs(
            now - _USUAL, now - WINDOW, by=by, family=family
        )
        added = {}
        for key, of in lately.items():
            before = usual.get(key)
            each = of.seconds / of.calls
            if before and each >= _MORE * before.seconds / before.calls:
                added[key] = (each - before.seconds / before.calls) * of.calls
        if not added:
            return None
        key = max(added, key=added.__getitem__)
        return {
            "layer": "counterpart",
            "name": key[0],
            "now": lately[key].seconds / lately[key].calls,
            "usual": usual[key].seconds / usual[key].calls,
        }

    @api.model
    def _describe_system(self, cause):
        return self.env._(
            "%(name)s answers in %(now)s, usually in %(usual)s",
            name=self._name_system(cause["name"]),
            now=self._seconds(cause["now"]),
            usual=self._seconds(cause["usual"]),
        )

    @api.model
    def _find_failing_system(self, place, now):
        """Return the counterpart of a service that fails most, if one does."""
        service = self.env["reliability.service"].browse(place.service_id).code
        found = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + _MOMENT,
            by=("dimension",),
            durations=False,
            family="integration",
            service=service,
        )
        failing = {
            name: of
            for (name,), of in found.items()
            if of.failures >= max(_FEWEST_FAILURES, _FAILING * of.judged)
        }
        if not failing:
            return None
        name = max(failing, key=lambda of: failing[of].failures)
        return {
            "layer": "failing_counterpart",
            "name": name,
            "part": failing[name].failures,
            "whole": failing[name].judged,
        }

    @api.model
    def _name_system(self, code):
        """Return what people call a counterpart."""
        return code
