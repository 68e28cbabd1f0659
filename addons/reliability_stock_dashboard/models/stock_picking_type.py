from odoo import api, fields, models

from odoo.addons.reliability.api import STATE_NAMES


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    reliability_state = fields.Selection(
        STATE_NAMES, string="Service Status", compute="_compute_reliability_state"
    )
    reliability_text = fields.Char(
        string="Service Status Details", compute="_compute_reliability_state"
    )

    @api.depends_context("uid", "lang", "tz")
    def _compute_reliability_state(self):
        """Compute the service status of each warehouse; empty without read access."""
        statuses = self.env["reliability.service.status"]
        by_warehouse = {}
        if statuses.has_access("read"):
            domain = [("service_id.code", "=", "warehouse_execution")]
            for status in statuses.search(domain):
                by_warehouse[status.company_id.id, status.warehouse] = status
        for picking_type in self:
            key = picking_type.company_id.id, picking_type.warehouse_id.code
            status = by_warehouse.get(key, statuses)
            picking_type.reliability_state = status.state
            picking_type.reliability_text = status.description
