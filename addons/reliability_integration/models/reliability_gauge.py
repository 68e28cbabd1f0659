from odoo import api, models

_EXCHANGES_TOTAL, _OPEN_EXCHANGES, _ORPHANED_REFERENCES = (
    "integration_exchanges_total",
    "integration_open_exchanges",
    "integration_orphaned_references",
)


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self.env.registry.post_init(self._register_integration_gauges)
        return result

    @api.model
    def _register_integration_gauges(self):
        of_business = self._of_business("exchange.company_id")
        self._register_gauge(
            _EXCHANGES_TOTAL,
            "Exchanges with partner systems, by the final state that they came to.",
            """
            SELECT integration.code AS integration, integration.kind AS kind,
                   total.operation AS operation, total.state AS state,
                   sum(total.count) AS value
              FROM reliability_exchange_total AS total
              JOIN reliability_integration AS integration
                ON integration.id = total.integration_id
             GROUP BY 1, 2, 3, 4
            """,
        )
        self._register_gauge(
            _OPEN_EXCHANGES,
            "Exchanges that are not resolved, by state.",
            f"""
            SELECT integration.code AS integration, states.state AS state,
                   count(exchange.id) AS value
              FROM reliability_integration AS integration
              CROSS JOIN unnest(ARRAY['open', 'retrying', 'failed', 'unknown'])
                      AS states(state)
              LEFT JOIN reliability_exchange AS exchange
                ON exchange.integration_id = integration.id
               AND exchange.state = states.state
               AND exchange.state NOT IN ('succeeded', 'resolved')
               AND {of_business}
             WHERE integration.active
             GROUP BY 1, 2
            """,
        )
        self._register_gauge(
            _ORPHANED_REFERENCES,
            "References that exist in partner systems and not in Odoo.",
            f"""
            SELECT integration.code AS integration,
                   coalesce(sum(exchange.orphan_count), 0) AS value
              FROM reliability_integration AS integration
              LEFT JOIN reliability_exchange AS exchange
                ON exchange.integration_id = integration.id
               AND exchange.orphan_count > 0
               AND {of_business}
             WHERE integration.active
             GROUP BY 1
            """,
        )

    @api.model
    def _drop_integration_gauges(self):
        self._unregister_gauges(_EXCHANGES_TOTAL, _OPEN_EXCHANGES, _ORPHANED_REFERENCES)
