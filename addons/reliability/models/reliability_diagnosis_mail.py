"""Outgoing mail: why can most of it not be sent?"""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, models

from ..telemetry.evaluation import WINDOW


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, sight, place, now):
        if sight.reason["operation"] != "mail":
            return super()._find_root_cause(sight, place, now)
        found = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + timedelta(seconds=1),
            by=("dimension",),
            durations=False,
            family="mail",
        )
        failed = {reason: of.failures for (reason,), of in found.items() if of.failures}
        reason = max(failed, key=failed.__getitem__, default=None)
        return {"layer": "mail", "reason": reason} if reason else None

    @api.model
    def _describe(self, cause):
        if not cause or cause["layer"] != "mail":
            return super()._describe(cause)
        reason = self.env["reliability.health.provider"]._reason(cause["reason"])
        return self.env._("Odoo says of most: %(reason)s", reason=reason)
