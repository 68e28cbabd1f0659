"""Open alerts and the time of the last evaluation on ``/metrics``."""

from odoo import models

_ALERTS, _EVALUATED = GAUGES = ("alerts", "reliability_evaluated_timestamp_seconds")


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self._register_gauge(
            _ALERTS,
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
        # Anybody may have changed the parameter: a text that is no moment is no row. A
        # cast would raise for 30 February; this makes 2 March of it, another text.
        self._register_gauge(
            _EVALUATED,
            "When the health of services was last evaluated, as a Unix time.",
            """
            SELECT extract(epoch FROM moment) AS value
              FROM ir_config_parameter AS parameter
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN parameter.value ~ (
                              '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-[0-9]{2}'
                              ' ([01][0-9]|2[0-3])(:[0-5][0-9]){2}$'
                          )
                          THEN make_date(substr(parameter.value, 1, 4)::int,
                                         substr(parameter.value, 6, 2)::int, 1)
                               + (substr(parameter.value, 9, 2)::int - 1)
                               + substr(parameter.value, 12)::time
                          END
                   ) AS evaluated(moment)
             WHERE parameter.key = 'reliability.evaluated'
               AND to_char(moment, 'YYYY-MM-DD HH24:MI:SS') = parameter.value
            """,
        )
        return result
