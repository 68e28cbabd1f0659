"""Alerts that a message has left out are fetched from Alertmanager."""

# What is fetched is apart from what is sent.
# pylint: disable=consider-merging-classes-inherited

import re

from odoo import api, models

from ..webhook import FIRING
from .reliability_notification import FETCH


class ReliabilityNotification(models.Model):
    _inherit = "reliability.notification"

    @api.model
    def _fetch_left_out(self, _now):
        """Store all that fires for a receiver whose message was truncated."""
        alerts = self.env["reliability.alertmanager.alert"]
        receiver = alerts._incomplete_receiver()
        if not receiver:
            return
        server = self._alertmanager().alertmanager
        with self._exchange(FETCH):
            found = server.firing(f"^(?:{re.escape(receiver)})$")
        alerts._receive({"alerts": [one | {"status": FIRING} for one in found]})
        alerts._set_incomplete_receiver("")
