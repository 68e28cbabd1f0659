"""Health provider of sales: the orders that an incident keeps from being confirmed."""

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.reliability.api import MAX_RECORDS, formatting

_ORDERS = "orders"
_OPERATIONS = ("order_confirmation", "order_validation")


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Add the quotations whose confirmation has failed."""
        ids, hidden = self.env["reliability.top.call"]._failed_records(
            _OPERATIONS, affected
        )
        warehouse = "warehouse_id.code"
        domain = affected.domain(warehouse=warehouse) & Domain(
            [("id", "in", sorted(ids)), ("state", "in", ("draft", "sent"))]
        )
        orders = self.env["sale.order"].sudo()
        orders = orders.search(domain, limit=MAX_RECORDS + 1) if ids else orders
        return [
            *super()._impacts(affected),
            *self._group_impacts(_ORDERS, orders, warehouse, hidden),
        ]

    @api.model
    def _describe_impact(self, impact):
        if impact.kind != _ORDERS:
            return super()._describe_impact(impact)
        action = self._open_impact(self.env._("Orders"), "sale.order", impact)
        return self._describe_orders(impact), action

    @api.model
    def _describe_orders(self, impact):
        _, count = self.env._, impact.count
        if impact.is_least and not count:
            return _("Orders not confirmed: how many is not known")
        if impact.is_least:
            return formatting.counted(
                count,
                _("At least 1 order not confirmed"),
                _("At least %(count)s orders not confirmed", count=count),
            )
        return formatting.counted(
            count,
            _("1 order not confirmed"),
            _("%(count)s orders not confirmed", count=count),
        )
