"""The channel ``webhook``: one signed message for each state of an incident."""

# This channel is apart from what channels have in common.
# pylint: disable=consider-merging-classes-inherited

import json
import time

from odoo import api, fields, models

from odoo.addons.reliability.api import settings
from odoo.addons.reliability_integration import exchange

from ..plan import EVENTS
from ..requests_out import Refused, request
from ..signature import headers_of
from ..webhook import read
from .reliability_integration import WEBHOOK

CHANNEL = "webhook"
_VERSION = 1
_MAX_SECONDS = 20.0
"""Of one run: there are other channels, and other scheduled actions."""


class ReliabilityNotification(models.Model):
    _inherit = "reliability.notification"

    channel = fields.Selection(
        selection_add=[(CHANNEL, "Webhook")], ondelete={CHANNEL: "cascade"}
    )

    @api.model
    def _webhook(self):
        """Return the webhook in odoo.conf; ``None`` without a valid one."""
        webhook, _wrong = read(settings().options)
        return webhook

    @api.model
    def _outside_channels(self):
        channels = super()._outside_channels()
        return channels | {CHANNEL: EVENTS} if self._webhook() else channels

    @api.model
    def _send_to_webhook(self, due, now):
        """Send messages until the receiver cannot accept one, or time is up."""
        failed, until = set(), time.monotonic() + _MAX_SECONDS
        for notification in due:
            if time.monotonic() > until:
                break  # the next evaluation lets the rest be sent
            if notification.incident_id in failed:
                continue  # the messages of an incident arrive in their order
            is_sent = notification._try(now)
            self.env["ir.cron"]._commit_progress(1)
            if not is_sent:
                failed.add(notification.incident_id)
                if notification.error != Refused.__name__:
                    break

    def _send(self):
        if self.channel != CHANNEL:
            return super()._send()
        webhook = self._webhook()
        body = json.dumps(self._body(), ensure_ascii=False).encode()
        signature = headers_of(webhook.key, self._message_id(), int(time.time()), body)
        with exchange(
            self.incident_id,
            WEBHOOK,
            self.event,
            key=self._message_id(),
            repeatable="idempotent",
        ):
            request(
                "POST",
                webhook.url,
                data=body,
                headers=signature | {"Content-Type": "application/json"},
                stream=True,  # the body of the answer is not read
            ).close()

    def _body(self):
        """Return the message; documented in outbound.md."""
        return {
            "version": _VERSION,
            "id": self._message_id(),
            "event": self.event,
            "database": self.env.cr.dbname,
            "incident": self.incident_id._as_message(),
        }

    def _message_id(self):
        """Return what the message has in common each time that it is sent."""
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{uuid}-{self.id}"
