"""Alertmanager is silent about what somebody takes care of in Odoo."""

# What is silent is apart from what is sent.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability_incident.lifecycle import ACKNOWLEDGED

from ..outgoing import labels_of
from ..silences import LEASE, changes
from .reliability_notification import SILENCES

_MAX_SILENCES = 100
"""Of one incident: each is a request."""


class ReliabilityNotification(models.Model):
    _inherit = "reliability.notification"

    @api.model
    def _alertmanager_silences(self, now):
        """Return the incidents that silences may have to be set or ended for."""
        if not self._alertmanager().silences:
            return self.env["reliability.incident"]
        since = now - LEASE
        return self.env["reliability.incident"].search(
            [
                "|",
                ("state", "=", ACKNOWLEDGED),
                "|",
                ("restored_at", ">=", since),
                ("closed_at", ">=", since),
            ]
        )

    @api.model
    def _set_silences(self, now):
        """Make, renew and end silences, so that there is one for each alert."""
        incidents = self._alertmanager_silences(now)
        if not incidents:
            return
        server = self._alertmanager().alertmanager
        acknowledged = incidents.filtered(lambda one: one._is_taken_care_of())
        wanted = [
            silence for incident in acknowledged for silence in incident._silences()
        ]
        with self._exchange(SILENCES):
            if alerts := acknowledged._alertmanager_alerts():
                alerts._follow(server.fingerprints(), fields.Datetime.now())
            author = f"odoo/{self.env.cr.dbname}"
            found = changes(wanted, server.silences(), author, now)
            for silence in found.set:
                server.set_silence(silence)
            for silence_id in found.end:
                server.end_silence(silence_id)


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    def _is_taken_care_of(self):
        """Return whether somebody has acknowledged it since it was open again."""
        since = self.reopened_at or self.detected_at
        return self.state == ACKNOWLEDGED and self.acknowledged_at >= since

    def _silences(self):
        """Return what to silence: matchers of labels, and why."""
        db = self.env.cr.dbname
        comment = self._in_owners_language().env._(
            "Acknowledged in Odoo: %(incident)s", incident=self.number
        )
        alerts = self._alertmanager_alerts().filtered(
            lambda alert: alert._has_exact_labels
        )[:_MAX_SILENCES]
        labels = [labels_of(db, self.number), *alerts.mapped("labels")]
        return [(frozenset(one.items()), comment) for one in labels]
