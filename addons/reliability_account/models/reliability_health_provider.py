"""Health provider of invoicing: invoices that an incident keeps from being posted."""

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.reliability.api import MAX_RECORDS, formatting

_INVOICES = "invoices"
_OPERATIONS = ("invoice_posting",)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Add the drafts whose posting has failed."""
        ids, hidden = self.env["reliability.top.call"]._failed_records(
            _OPERATIONS, affected
        )
        domain = affected.domain() & Domain(
            [("id", "in", sorted(ids)), ("state", "=", "draft")]
        )
        moves = self.env["account.move"].sudo()
        moves = moves.search(domain, limit=MAX_RECORDS + 1) if ids else moves
        return [
            *super()._impacts(affected),
            *self._group_impacts(_INVOICES, moves, hidden=hidden),
        ]

    @api.model
    def _describe_impact(self, impact):
        if impact.kind != _INVOICES:
            return super()._describe_impact(impact)
        action = self._open_impact(self.env._("Invoices"), "account.move", impact)
        return self._describe_invoices(impact), action

    @api.model
    def _describe_invoices(self, impact):
        _, count = self.env._, impact.count
        if impact.is_least and not count:
            return _("Invoices not posted: how many is not known")
        if impact.is_least:
            return formatting.counted(
                count,
                _("At least 1 invoice not posted"),
                _("At least %(count)s invoices not posted", count=count),
            )
        return formatting.counted(
            count,
            _("1 invoice not posted"),
            _("%(count)s invoices not posted", count=count),
        )
