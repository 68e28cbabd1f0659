"""Incidents on ``/metrics``."""

from odoo import api, models

_OPEN = "incidents"
GAUGES = (_OPEN,)


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self.env.registry.post_init(self._register_incident_gauges)
        return result

    @api.model
    def _register_incident_gauges(self):
        self._register_gauge(
            _OPEN,
            "Incidents that are not closed, by service, severity and state.",
            """
            SELECT coalesce(incident.company_id::text, '') AS company,
                   coalesce(service.code, '') AS service,
                   incident.severity, incident.tier, incident.state,
                   count(*) AS value
              FROM reliability_incident AS incident
              LEFT JOIN reliability_service AS service
                ON service.id = incident.service_id
             WHERE incident.state <> 'closed'
             GROUP BY 1, 2, 3, 4, 5
            """,
        )
