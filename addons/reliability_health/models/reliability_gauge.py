"""Open alerts on ``/metrics``."""

from odoo import models


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self._register_gauge(
            "alerts",
            "Alerts whose cause is present, by what people have done about them.",
            """
            SELECT coalesce(evidence.company_id::text, '') AS company,
                   coalesce(service.code, '') AS service,
                   evidence.severity,
                   CASE WHEN alert.snoozed_until > now() AT TIME ZONE 'UTC'
                        THEN 'snoozed'
                        WHEN alert.acknowledged_at >= evidence.opened
                        THEN 'acknowledged'
                        ELSE 'open' END AS state,
                   count(*) AS value
              FROM reliability_alert AS alert
              JOIN reliability_alert_evidence AS evidence
                ON evidence.id = alert.evidence_id
              LEFT JOIN reliability_service AS service
                ON service.id = evidence.service_id
             WHERE evidence.is_present
             GROUP BY 1, 2, 3, 4
            """,
        )
        return result
