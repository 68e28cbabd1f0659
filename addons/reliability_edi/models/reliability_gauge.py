"""Gauges of EDI documents, shown on /metrics."""

from odoo import api, models

_SYSTEM = """
      LEFT JOIN edi_exchange_type AS type ON type.id = document.type_id
      LEFT JOIN reliability_integration AS integration
        ON CASE WHEN document.partner_id IS NULL
                THEN integration.edi_backend_id = document.backend_id
                ELSE integration.edi_partner_id = document.partner_id END
"""
_LABELS = """
    coalesce(document.company_id::text, '') AS company,
    coalesce(integration.code, '') AS integration, coalesce(type.code, '') AS type,
"""
_GAUGES = {
    "edi_documents_today": (
        "Documents since midnight, by state.",
        f"""
        SELECT {_LABELS} document.direction AS direction, document.state AS state,
               count(*) AS value
          FROM reliability_edi_document AS document {_SYSTEM}
         WHERE document.day >= current_date - 1
           AND document.day = (now() AT TIME ZONE
                               reliability_edi_zone(document.company_id))::date
         GROUP BY 1, 2, 3, 4, 5
        """,
    ),
    "edi_documents_usual_by_now": (
        "Documents usually received by this hour of such a day.",
        f"""
        SELECT {_LABELS} sum(today.baseline_by_now) AS value
          FROM reliability_edi_today() AS today
          JOIN reliability_edi_expected_document AS document
            ON document.id = today.expected_document_id {_SYSTEM}
         GROUP BY 1, 2, 3
        """,
    ),
    "edi_documents_missing": (
        "1 where expected documents were not received, or far too few of them.",
        f"""
        SELECT {_LABELS}
               max((today.state IN ('missing', 'few'))::integer) AS value
          FROM reliability_edi_today() AS today
          JOIN reliability_edi_expected_document AS document
            ON document.id = today.expected_document_id {_SYSTEM}
         GROUP BY 1, 2, 3
        """,
    ),
    "edi_oldest_unprocessed_seconds": (
        "How long the oldest document waits that is neither done nor failed.",
        f"""
        SELECT {_LABELS}
               max(extract(epoch FROM now() AT TIME ZONE 'UTC' - document.received))
                   AS value
          FROM reliability_edi_document AS document {_SYSTEM}
         WHERE document.state = 'waiting'
         GROUP BY 1, 2, 3
        """,
    ),
    "edi_documents_failed": (
        "Documents of the last week that failed and are not resolved.",
        f"""
        SELECT {_LABELS} count(*) AS value
          FROM reliability_edi_document AS document {_SYSTEM}
         WHERE document.state = 'failed'
           AND document.received > now() AT TIME ZONE 'UTC' - interval '7 days'
         GROUP BY 1, 2, 3
        """,
    ),
    "edi_acknowledgements_missing": (
        "Documents that were sent and not acknowledged in time.",
        f"""
        SELECT {_LABELS} count(*) AS value
          FROM reliability_edi_document AS document {_SYSTEM}
         WHERE document.state = 'awaiting'
           AND document.acknowledgement_due < now() AT TIME ZONE 'UTC'
         GROUP BY 1, 2, 3
        """,
    ),
    "edi_duplicates_today": (
        "Documents since midnight that are duplicates of earlier ones.",
        f"""
        SELECT {_LABELS} count(*) AS value
          FROM reliability_edi_document AS document {_SYSTEM}
         WHERE document.is_duplicate AND document.day >= current_date - 1
           AND document.day = (now() AT TIME ZONE
                               reliability_edi_zone(document.company_id))::date
         GROUP BY 1, 2, 3
        """,
    ),
}


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    @api.model
    def _register_document_gauges_later(self):
        """Create the views once all functions exist that are created now.

        Dropping the functions that a view depends on has dropped the view: whenever
        Odoo initializes their models, as where an addon extends ``mail.thread``.
        """
        self.env.registry.post_init(self._register_document_gauges)

    @api.model
    def _register_document_gauges(self):
        for name, (help_text, query) in _GAUGES.items():
            self._register_gauge(name, help_text, query)

    @api.model
    def _unregister_document_gauges(self):
        self._unregister_gauges(*_GAUGES)
