"""Incidents on the cards of services, and alerts about channels that fail."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    Alert,
    AlertText,
    CardLine,
    formatting,
)

from ..lifecycle import ACKNOWLEDGED, OPEN
from .reliability_notification import CHANNEL_FAILS, PROVIDER

_RECENT = timedelta(hours=1)
_SHOWN = (
    *("number", "state", "service_ids", "warehouse", "user_id"),
    *("began_at", "detected_at", "acknowledged_at"),
)
"""What lines on cards need: read by the query that finds the incidents."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        """Add an alert for each channel that has notified nobody since it failed."""
        found = self.env["reliability.notification"]._failing_channels(
            fields.Datetime.now() - _RECENT
        )
        return super()._alerts() + [
            Alert(
                PROVIDER,
                CHANNEL_FAILS,
                "platform",
                DEGRADED,
                count,
                first,
                last,
                subject=channel,
                is_shared=True,
            )
            for channel, count, first, last in found
        ]

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        channels = self.env["reliability.notification"]._fields["channel"]
        names = dict(channels._description_selection(self.env))
        values = {
            "channel": names.get(alert.subject, alert.subject),
            "count": alert.count,
            "time": formatting.moment(self.env, alert.since),
        }
        text = formatting.counted(
            alert.count,
            self.env._(
                "%(channel)s: a notification could not be sent since %(time)s. The"
                " server log says why",
                **values,
            ),
            self.env._(
                "%(channel)s: %(count)s notifications could not be sent since %(time)s."
                " The server log says why",
                **values,
            ),
        )
        is_admin = self.env.user.has_group("reliability.group_admin")
        return AlertText(
            text,
            self.env._("Open notifications"),
            is_admin and self._open_failed_notifications(alert.subject),
        )

    @api.model
    def _open_failed_notifications(self, channel):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_incident.reliability_notification_action"
        )
        domain = self.env["reliability.notification"]._not_sent(
            fields.Datetime.now() - _RECENT
        )
        return action | {"domain": [*domain, ("channel", "=", channel)], "context": {}}

    @api.model
    def _service_lines(self, scope):
        """Add a line about the incidents of each service that are not over."""
        lines = super()._service_lines(scope)
        incidents = self.env["reliability.incident"].search_fetch(
            [
                ("state", "in", (OPEN, ACKNOWLEDGED)),
                "|",
                ("company_id", "in", scope.companies),
                ("company_id", "=", False),
            ],
            _SHOWN,
        )
        if scope.warehouse:
            here = (False, *scope.codes)
            incidents = incidents.filtered(lambda one: one.warehouse in here)
        for service in incidents.service_ids:
            of_service = incidents.filtered_domain([("service_ids", "in", service.id)])
            line = CardLine(of_service._summary(), of_service._open_these())
            lines.setdefault(service.code, []).append(line)
        return lines
