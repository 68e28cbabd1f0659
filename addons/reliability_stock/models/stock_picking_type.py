from odoo import api, fields, models

from odoo.addons.reliability.api import STATE_NAMES


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    reliability_state = fields.Selection(
        STATE_NAMES, string="Health", compute="_compute_reliability_state"
    )
    reliability_text = fields.Char(
        string="Why It Is Not Fine", compute="_compute_reliability_state"
    )

    @api.depends_context("uid", "lang", "tz")
    def _compute_reliability_state(self):
        """Say how work goes in each warehouse, to those who may know."""
        conditions = self.env["reliability.service.status"]
        by_place = {}
        if conditions.has_access("read"):
            of = [("service_id.code", "=", "warehouse_execution")]
            for condition in conditions.search(of):
                by_place[condition.company_id.id, condition.warehouse] = condition
        for kind in self:
            place = kind.company_id.id, kind.warehouse_id.code
            condition = by_place.get(place, conditions)
            kind.reliability_state = condition.state
            kind.reliability_text = condition.description
