"""Messages that were not accepted are alerts of their channel."""

from odoo import api, models
from odoo.fields import Domain


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _domain_not_reported_elsewhere(self):
        notifies = Domain.OR(
            Domain("integration_id.code", "=", code)
            & Domain("operation", "in", operations)
            for code, operations in self.env["reliability.integration"]
            ._outside_operations()
            .items()
        )
        return [*super()._domain_not_reported_elsewhere(), *~notifies]
