"""Data that were restored, promoted or copied, as alerts until somebody confirms it."""

# What was restored has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability.api import INFORMATION, Alert, AlertText, formatting

from .reliability_health_provider import PROVIDER

RESTORED = "restored"
_TICKET = "ticket"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        restorations = self.env["reliability.recovery.restoration"]
        open_ones = restorations.search([("confirmed", "=", False)])
        return [*super()._alerts(), *map(self._restoration_alert, open_ones)]

    @api.model
    def _restoration_alert(self, restoration):
        point = restoration.heartbeat
        values = {
            "tier": _TICKET,
            "restoration": restoration.id,
            "point": fields.Datetime.to_string(point) if point else "",
        }
        return Alert(
            PROVIDER,
            RESTORED,
            "platform",
            INFORMATION,
            1,
            restoration.found,
            restoration.found,
            subject=str(restoration.id),
            values=values,
            is_shared=True,
        )

    @api.model
    def _describe_alert(self, alert):
        if (alert.provider, alert.cause) != (PROVIDER, RESTORED):
            return super()._describe_alert(alert)
        return AlertText(
            self._restoration_text(alert.values["point"]),
            self.env._("Open Restoration"),
            self._open_window(
                self.env._("Restoration"),
                "reliability.recovery.restoration",
                alert.values["restoration"],
            ),
        )

    @api.model
    def _restoration_text(self, point):
        if not point:
            return self.env._(
                "The database was restored or a standby was promoted, and something may"
                " be missing: compare with what carriers and partners have"
            )
        moment = fields.Datetime.to_datetime(point)
        return self.env._(
            "The database was restored or a standby was promoted, and what was written"
            " after %(time)s may be missing: compare with what carriers and partners"
            " have",
            time=formatting.moment(self.env, moment),
        )
