"""A webhook in odoo.conf, and a receiver that answers as the test says."""

import json
from unittest.mock import Mock, patch

from odoo.tests import freeze_time

from odoo.addons.reliability_incident.tests.common import IncidentCase, after

from ..requests_out import NotAccepted, Refused
from ..webhook import Webhook

MODELS = "odoo.addons.reliability_outbound.models"


class OutboundCase(IncidentCase):
    """The requests are kept, and none leaves.

    :ivar received: the messages that the receiver has accepted
    :ivar error: the error of each request; ``None`` where it is accepted
    """

    def setUp(self):
        super().setUp()
        self.received = []
        self.error = None
        webhook = Webhook("https://receiver.example/incidents", bytes(24))
        module = f"{MODELS}.reliability_notification_webhook"
        notification = type(self.env["reliability.notification"])
        cron, never = type(self.env["ir.cron"]), lambda *_args, **_named: 1
        for patcher in (
            patch.object(notification, "_webhook", lambda _self: webhook),
            patch.object(cron, "_commit_progress", never),
            patch(f"{module}.request", self._receive),
        ):
            self.enterContext(patcher)

    def _receive(self, _method, _url, data, headers, stream):
        if self.error:
            raise self.error
        self.assertIn("webhook-signature", headers)
        self.assertTrue(stream, "the body of the answer is read")
        self.received.append(json.loads(data))
        return Mock()

    def send(self, minutes):
        """Send what is due some minutes after noon."""
        with freeze_time(after(minutes)):
            self.env["reliability.notification"]._send_outside()

    def follow(self, minutes, *alerts):
        """Evaluate with these alerts, and send what is due."""
        self.evaluate(minutes, *alerts)
        self.send(minutes)

    def events(self):
        return [one["event"] for one in self.received]

    def rows(self):
        """Return the notifications of the webhook, the first one first."""
        return self.env["reliability.notification"].search(
            [("channel", "=", "webhook")], order="id"
        )


REFUSED, UNAVAILABLE = Refused("HTTP status 422"), NotAccepted("HTTP status 503")
