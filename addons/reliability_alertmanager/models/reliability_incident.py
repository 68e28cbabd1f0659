"""An incident as an alert of Alertmanager."""

from odoo import models

from odoo.addons.reliability_incident.models.incident_fields import INCIDENT

from ..outgoing import as_text, ends, labels_of
from .reliability_health_provider import PROVIDER


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    def _is_of_alertmanager(self):
        """Return whether all its alerts come from there."""
        providers = set(self.evidence_ids.mapped("provider"))
        return providers == {PROVIDER}

    def _alertmanager_alerts(self):
        """Return the alerts of Alertmanager that it has and that fire."""
        present = self.evidence_ids.filtered(
            lambda one: one.provider == PROVIDER and one.is_present
        )
        fire = [("ends_at", "=", False)]
        known = [("fingerprint", "in", present.mapped("subject"))]
        return self.env["reliability.alertmanager.alert"].search(fire + known)

    def _as_alert(self, now):
        """Return the alert, as the API takes it.

        :param datetime now: in UTC
        """
        incident = self._in_owners_language()
        over = incident.restored_at or incident.closed_at or None
        labels = labels_of(self.env.cr.dbname, incident.number) | {
            "severity": incident.tier,
            "service": incident.service_id.code or "",
            "company": str(incident.company_id.id or ""),
            "warehouse": incident.warehouse or "",
            "kind": "" if incident.kind == INCIDENT else incident.kind,
        }
        return {
            "labels": {name: text for name, text in labels.items() if text},
            "annotations": {"summary": incident.text or ""},
            "startsAt": as_text(incident.began_at or incident.detected_at),
            "endsAt": as_text(ends(over, now)),
            "generatorURL": incident._link(),
        }
