"""Root causes: a problem of the platform that makes a layer of calls slow."""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from ..watch.kinds import KINDS
from .platform_messages import describe_cause
from .reliability_host import key_of, stored_values

_LAYER = "platform"


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, observation, key, now):
        cause = super()._find_root_cause(observation, key, now)
        if not self._is_slow(observation):
            return cause
        if cause:
            return self._find_platform_problem(cause["layer"]) or cause
        # Calls that do not end, and so occupy all workers, say nothing about layers.
        is_busy = observation.reason["kind"] == "busy"
        return self._find_platform_problem() if is_busy else None

    @api.model
    def _find_platform_problem(self, layer=None):
        """Return the worst problem that makes calls slow, the oldest of several.

        :param str layer: the one that takes the time of calls; ``None``: any
        """
        for problem in self.env["reliability.host"]._current()._problems():
            for code, subject in (key_of(problem), *problem.get("explains", ())):
                layers = KINDS[code].layers if code in KINDS else ()
                if layer in layers or (layer is None and layers):
                    values = {**stored_values(problem), "code": code}
                    values["subject"] = subject
                    return {"layer": _LAYER, "problem": values}
        return None

    @api.model
    def _describe(self, cause):
        if not cause or cause["layer"] != _LAYER:
            return super()._describe(cause)
        return describe_cause(self.env, cause["problem"])
