"""Root causes: why most outgoing mail cannot be sent."""

from datetime import timedelta

from odoo import api, models

from odoo.addons.reliability.api import WINDOW

_OPERATIONS = ("mail", "mail_sending")
SUBJECT = "mail"
"""What alerts about mails are about, and so what calls that fail for them are about."""


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, observation, key, now):
        if observation.reason["operation"] not in _OPERATIONS:
            return super()._find_root_cause(observation, key, now)
        found = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + timedelta(seconds=1),
            by=("dimension",),
            durations=False,
            family="mail",
        )
        failures = {
            reason: stats.failures
            for (reason,), stats in found.items()
            if stats.failures
        }
        reason = max(failures, key=failures.__getitem__, default=None)
        return (
            {"layer": "mail", "reason": reason, "subject": SUBJECT} if reason else None
        )

    @api.model
    def _describe(self, cause):
        if not cause or cause["layer"] != "mail":
            return super()._describe(cause)
        reason = self.env["reliability.health.provider"]._reason(cause["reason"])
        return self.env._("Cause of most failures: %(reason)s", reason=reason)
