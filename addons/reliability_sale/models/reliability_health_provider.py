"""Health provider of sales: the orders that an incident keeps from being confirmed."""

from odoo import api, models
from odoo.fields import Domain

_ORDERS = "orders"
_OPERATIONS = ("order_confirmation", "order_validation")


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Add the quotations whose confirmation has failed."""
        undone = Domain("state", "in", ("draft", "sent"))
        return super()._impacts(affected) + self._failed_impacts(
            _ORDERS, affected, _OPERATIONS, "sale.order", undone, "warehouse_id.code"
        )

    @api.model
    def _describe_impact(self, impact):
        if impact.kind != _ORDERS:
            return super()._describe_impact(impact)
        action = self._open_impact(self.env._("Orders"), "sale.order", impact)
        return self._describe_orders(impact), action

    @api.model
    def _describe_orders(self, impact):
        _, count = self.env._, impact.count
        return impact.phrase(
            _("1 order not confirmed"),
            _("%(count)s orders not confirmed", count=count),
            _("At least 1 order not confirmed"),
            _("At least %(count)s orders not confirmed", count=count),
            _("Orders not confirmed: how many is not known"),
        )
