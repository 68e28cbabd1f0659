"""Channels to systems outside Odoo: planned by evaluations, sent by a scheduled action.

An evaluation stores what is due, and waits for nobody. The scheduled action sends it,
each message in a transaction of its own, and records the request in the ledger.

An addon adds a channel by a value of ``channel`` and these methods::

    def _outside_channels(self):             # channel → events, if odoo.conf has one
    def _send_to_<channel>(self, due, now):  # send what waits, in its order
"""

from odoo import api, fields, models

from odoo.addons.reliability.api import is_neutralized
from odoo.addons.reliability_incident.lifecycle import CLOSED
from odoo.addons.reliability_incident.tiers import PAGE, TICKET

from ..plan import ACKNOWLEDGED, due_outside

_TRIES_OUTSIDE = 11
"""The last one is about 17 hours after the first."""
_CLOSED_WITHIN = {"days": 1}


class ReliabilityNotification(models.Model):
    _inherit = "reliability.notification"

    event = fields.Selection(
        selection_add=[(ACKNOWLEDGED, "Acknowledged"), (CLOSED, "Closed")],
        ondelete={ACKNOWLEDGED: "cascade", CLOSED: "cascade"},
    )

    @api.model
    def _outside_channels(self):
        """Return the channels that odoo.conf has an address for.

        :return: channel → the events that it is notified of, see :mod:`..plan`
        """
        return {}

    @api.model
    def _notify(self, now):
        result = super()._notify(now)
        channels = self._outside_channels()
        if channels and not is_neutralized(self.env):
            for incident in self._incidents_outside(now):
                self._plan_outside(incident, channels, now)
            if self._has_work_outside(channels, now):
                action = "reliability_outbound.cron_send"
                if cron := self.env.ref(action, raise_if_not_found=False):
                    cron.sudo()._trigger()
        return result

    @api.model
    def _incidents_outside(self, now):
        """Return the incidents that other systems may have to be notified of."""
        since = fields.Datetime.subtract(now, **_CLOSED_WITHIN)
        return self.env["reliability.incident"].search(
            [
                ("tier", "in", (PAGE, TICKET)),
                "|",
                ("state", "!=", CLOSED),
                ("closed_at", ">=", since),
            ]
        )

    @api.model
    def _plan_outside(self, incident, channels, now):
        """Store the notifications of an incident that are due in these channels."""
        broken = self._broken_channels(incident)
        for channel, events in channels.items():
            known = {
                (one.event, one.tier)
                for one in incident.notification_ids
                if (one.channel, one.episode) == (channel, incident.reopened)
            }
            if channel not in broken:
                due = due_outside(incident.state, incident.tier, known, events)
                self.create(
                    [self._values_outside(incident, channel, one, now) for one in due]
                )

    @api.model
    def _values_outside(self, incident, channel, event, now):
        return {
            "incident_id": incident.id,
            "episode": incident.reopened,
            "event": event,
            "channel": channel,
            "tier": incident.tier,
            "planned": now,
            "next_try": now,
        }

    @api.model
    def _has_work_outside(self, channels, now):
        """Return whether there is something to send."""
        return bool(self._due(list(channels), now))

    @api.model
    def _send_outside(self):
        """Send what waits for systems outside Odoo."""
        if is_neutralized(self.env):
            return
        now = fields.Datetime.now()
        for channel in self._outside_channels():
            due = self._in_order(self._due([channel], now))
            getattr(self, f"_send_to_{channel}")(due, now)

    @api.model
    def _in_order(self, due):
        """Leave out what follows, in the same incident, one that still has to wait."""
        waiting = self.search(
            [
                ("channel", "in", due.mapped("channel")),
                ("incident_id", "in", due.incident_id.ids),
                ("state", "=", "waiting"),
            ],
            order="id",
        )
        first_not_due = {}
        for one in waiting - due:
            first_not_due.setdefault(one.incident_id, one.id)
        return due.filtered(
            lambda one: one.id < first_not_due.get(one.incident_id, one.id + 1)
        )

    def _max_tries(self):
        return super()._max_tries() if self.user_id else _TRIES_OUTSIDE
