"""The channel ``alertmanager``: each incident is an alert there while it is open."""

from odoo import api, fields, models

from odoo.addons.reliability.api import masked_logger, settings
from odoo.addons.reliability_incident.lifecycle import ACKNOWLEDGED, OPEN
from odoo.addons.reliability_integration import exchange
from odoo.addons.reliability_outbound.plan import CLOSED, OPENED, RESTORED, WORSE

from ..settings import read

CHANNEL = "alertmanager"
INTEGRATION, ALERTS, SILENCES, FETCH = CHANNEL, "alerts", "silences", "fetch"
"""The partner system, and what Odoo does there."""
_EVENTS = OPENED, WORSE, RESTORED, CLOSED

_logger = masked_logger(__name__)


class ReliabilityNotification(models.Model):
    _inherit = "reliability.notification"

    channel = fields.Selection(
        selection_add=[(CHANNEL, "Alertmanager")], ondelete={CHANNEL: "cascade"}
    )

    @api.model
    def _alertmanager(self):
        """Return what odoo.conf says.

        :rtype: Outgoing
        """
        return read(settings().options)

    @api.model
    def _outside_channels(self):
        channels = super()._outside_channels()
        is_on = self._alertmanager().alertmanager
        # First: what fires there ends by itself if it is not sent again in time.
        return {CHANNEL: _EVENTS} | channels if is_on else channels

    @api.model
    def _plan_outside(self, incident, channels, now):
        """Do not send back what only Alertmanager has raised."""
        is_there = CHANNEL in incident.notification_ids.mapped("channel")
        if CHANNEL in channels and not is_there and incident._is_of_alertmanager():
            channels = {
                name: events for name, events in channels.items() if name != CHANNEL
            }
        return super()._plan_outside(incident, channels, now)

    @api.model
    def _has_work_outside(self, channels, now):
        return super()._has_work_outside(channels, now) or (
            CHANNEL in channels
            and bool(
                self._firing()
                or self._alertmanager_silences(now)
                or self.env["reliability.alertmanager.alert"]._incomplete_receiver()
            )
        )

    @api.model
    def _firing(self):
        """Return the newest notification of each incident that fires there."""
        found = self.search(
            [
                ("channel", "=", CHANNEL),
                ("incident_id.state", "in", (OPEN, ACKNOWLEDGED)),
            ]
        )
        newest = {one.incident_id: one.id for one in found.sorted("id")}
        return self.browse(newest.values())

    @api.model
    def _send_to_alertmanager(self, due, now):
        """Send all that fires and has ended; then silences; then fetch what is missing.

        One that does not accept alerts is asked for nothing else in this run.
        """
        is_accepted = due._try(now) if due else self._refresh(now)
        self.env["ir.cron"]._commit_progress(len(due))
        if is_accepted:
            self._guarded_exchange(SILENCES, self._set_silences, now)
            self._guarded_exchange(FETCH, self._fetch_left_out, now)

    def _send(self):
        if set(self.mapped("channel")) != {CHANNEL}:
            return super()._send()
        self._post_alerts()

    @api.model
    def _refresh(self, now):
        """Send what fires again.

        If it is not accepted, it has to be notified of anew, and the channel fails.

        :return: whether it was accepted
        """
        try:
            with self.env.cr.savepoint():
                self._post_alerts()
        except Exception as error:
            _logger.exception("Alertmanager does not accept what fires")
            firing = self._firing()
            firing.write({"tries": 0})
            for notification in firing:
                notification._fail(type(error).__name__, now)
            return False
        return True

    def _post_alerts(self):
        """Send the incidents that fire, and these, which may have ended."""
        now = fields.Datetime.now()
        incidents = self.incident_id | self._firing().incident_id
        alerts = [incident._as_alert(now) for incident in incidents]
        if not alerts:
            return
        with self._exchange(ALERTS):
            self._alertmanager().alertmanager.post_alerts(alerts)

    @api.model
    def _exchange(self, operation):
        return exchange(self.browse(), INTEGRATION, operation, repeatable="idempotent")

    @api.model
    def _guarded_exchange(self, operation, do, now):
        """Do something beside alerts; a failure is on record in the ledger."""
        try:
            with self.env.cr.savepoint():
                do(now)
        except Exception:
            self.env.invalidate_all()
            _logger.exception("Alertmanager: %s failed", operation)
        self.env["ir.cron"]._commit_progress()
