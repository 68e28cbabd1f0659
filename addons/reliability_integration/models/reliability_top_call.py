"""The exchange of a failed or slow call: which system did not do its part."""

from odoo import api, fields, models
from odoo.tools import SQL

_TOLERANCE = "1 second"
"""Between the times of a call and of the attempts in it: both are rounded."""


class ReliabilityTopCall(models.Model):
    _inherit = "reliability.top.call"

    exchange_id = fields.Many2one("reliability.exchange", readonly=True)
    integration_id = fields.Many2one(
        "reliability.integration",
        string="System",
        readonly=True,
        help="The system that the call was waiting for, or that refused it.",
    )

    @api.model
    def _columns(self):
        return super()._columns() | {
            "exchange_id": self._of_exchange(SQL("exchange.id")),
            "integration_id": self._of_exchange(SQL("exchange.integration_id")),
        }

    @api.model
    def _of_exchange(self, column):
        """Return a column of the exchange on a document of a call, while it lasted.

        Of several, the one that was not done.
        """
        return SQL(
            """
            (SELECT %(column)s
               FROM reliability_attempt AS attempt
               JOIN reliability_exchange AS exchange
                 ON exchange.id = attempt.exchange_id
              WHERE attempt.started BETWEEN
                    top_call.ended - top_call.seconds * interval '1 second'
                                   - %(tolerance)s::interval
                    AND top_call.ended + %(tolerance)s::interval
                AND exchange.res_model = %(model)s
                AND document.ids @> to_jsonb(exchange.res_id)
              ORDER BY attempt.outcome = 'succeeded', attempt.started DESC LIMIT 1)
            """,
            column=column,
            tolerance=_TOLERANCE,
            model=self._document_model(),
        )
