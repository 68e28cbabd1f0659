"""An incident as other systems are told of it."""

from datetime import UTC

from odoo import models

from odoo.addons.reliability_incident.models.incident_messages import (
    first_alerts,
    impacts_at_worst,
)
from odoo.addons.reliability_incident.models.reliability_incident import STAMPS

_MAX_ALERTS = 20
_SELECTIONS = ("state", "kind", "tier", "severity")


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    def _link(self):
        """Return the address of this incident in Odoo."""
        return f"{self.get_base_url()}/odoo/reliability-incidents/{self.id}"

    def _as_message(self):
        """Return what other systems are told, as JSON; documented in outbound.md.

        It names no person.
        """
        incident = self._in_owners_language()
        company, alerts = incident.company_id, incident.evidence_ids
        return {
            "number": incident.number,
            "url": incident._link(),
            "text": incident.text,
            **{name: incident[name] for name in _SELECTIONS},
            "episode": incident.reopened,
            "merged_into": incident.merged_into_id.number or None,
            "service": incident.service_id.code or None,
            "services": incident.service_ids.mapped("code"),
            "company": {"id": company.id, "name": company.name} if company else None,
            "warehouses": incident.warehouses.split(", ")
            if incident.warehouses
            else [],
            "stamps": {
                kind: _as_rfc3339(incident[name]) for kind, name in STAMPS.items()
            },
            "alerts": [
                alert._as_message() for alert in first_alerts(incident, _MAX_ALERTS)
            ],
            "alert_count": len(alerts),
            "impact": impacts_at_worst(incident),
        }


class ReliabilityIncidentEvidence(models.Model):
    _inherit = "reliability.incident.evidence"

    def _as_message(self):
        return {
            "text": self.text,
            "service": self.service_id.code or None,
            "warehouse": self.warehouse or None,
            "is_present": self.is_present,
        }


def _as_rfc3339(moment):
    """Return a moment of Odoo as text; ``None`` for none."""
    return moment.replace(tzinfo=UTC).isoformat() if moment else None
