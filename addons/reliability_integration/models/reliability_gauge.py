from odoo import api, models

_EXCHANGES_TOTAL, _OPEN, _ORPHANS = (
    "integration_exchanges_total",
    "integration_open_exchanges",
    "integration_orphaned_references",
)


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self.env.registry.post_init(self._tell_of_integrations)
        return result

    @api.model
    def _tell_of_integrations(self):
        self._register_gauge(
            _EXCHANGES_TOTAL,
            "Exchanges with counterparts that have come to a state.",
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
            _OPEN,
            "Exchanges that are not settled.",
            """
            SELECT integration.code AS integration, states.state AS state,
                   count(exchange.id) AS value
              FROM reliability_integration AS integration
              CROSS JOIN unnest(ARRAY['open', 'retrying', 'failed', 'unknown'])
                      AS states(state)
              LEFT JOIN reliability_exchange AS exchange
                ON exchange.integration_id = integration.id
               AND exchange.state = states.state
               AND exchange.state NOT IN ('succeeded', 'resolved')
             WHERE integration.active
             GROUP BY 1, 2
            """,
        )
        self._register_gauge(
            _ORPHANS,
            "What counterparts have made for us and Odoo does not have.",
            """
            SELECT integration.code AS integration,
                   coalesce(sum(exchange.orphan_count), 0) AS value
              FROM reliability_integration AS integration
              LEFT JOIN reliability_exchange AS exchange
                ON exchange.integration_id = integration.id
               AND exchange.orphan_count > 0
             WHERE integration.active
             GROUP BY 1
            """,
        )

    @api.model
    def _forget_integrations(self):
        self._unregister_gauges(_EXCHANGES_TOTAL, _OPEN, _ORPHANS)
