"""Health provider of invoicing: invoices that an incident keeps from being posted."""

from odoo import api, models
from odoo.fields import Domain

_INVOICES = "invoices"
_OPERATIONS = ("invoice_posting",)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Add the drafts whose posting has failed."""
        undone = Domain("state", "=", "draft")
        return super()._impacts(affected) + self._failed_impacts(
            _INVOICES, affected, _OPERATIONS, "account.move", undone
        )

    @api.model
    def _describe_impact(self, impact):
        if impact.kind != _INVOICES:
            return super()._describe_impact(impact)
        action = self._open_impact(self.env._("Invoices"), "account.move", impact)
        return self._describe_invoices(impact), action

    @api.model
    def _describe_invoices(self, impact):
        _, count = self.env._, impact.count
        return impact.phrase(
            _("1 invoice not posted"),
            _("%(count)s invoices not posted", count=count),
            _("At least 1 invoice not posted"),
            _("At least %(count)s invoices not posted", count=count),
            _("Invoices not posted: how many is not known"),
        )
