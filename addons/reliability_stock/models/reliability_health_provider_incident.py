"""Transfers that an incident keeps from being done in time."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.reliability.api import MAX_RECORDS, formatting

_TRANSFERS, _SERVICE = "transfers", "warehouse_execution"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Add the transfers that were due during the incident and are not done."""
        impacts = super()._impacts(affected)
        if _SERVICE not in affected.services:
            return impacts
        warehouse = "picking_type_id.warehouse_id.code"
        domain = affected.domain(warehouse=warehouse) & Domain(
            [
                ("state", "in", ("confirmed", "waiting", "assigned")),
                ("scheduled_date", ">=", affected.begin),
                ("scheduled_date", "<", affected.end),
            ]
        )
        transfers = self.env["stock.picking"].sudo()
        transfers = transfers.search(domain, limit=MAX_RECORDS + 1)
        return impacts + self._group_impacts(_TRANSFERS, transfers, warehouse)

    @api.model
    def _describe_impact(self, impact):
        if impact.kind != _TRANSFERS:
            return super()._describe_impact(impact)
        action = self._open_impact(self.env._("Transfers"), "stock.picking", impact)
        return self._describe_transfers(impact), action

    @api.model
    def _describe_transfers(self, impact):
        _, count = self.env._, impact.count
        if impact.is_least:
            return _("At least %(count)s transfers due and not done", count=count)
        return formatting.counted(
            count,
            _("1 transfer due and not done"),
            _("%(count)s transfers due and not done", count=count),
        )
