from odoo import api, fields, models


class ReliabilityService(models.Model):
    _inherit = "reliability.service"

    slo_ids = fields.One2many("reliability.slo", "service_id", string="Objectives")

    @api.model_create_multi
    def create(self, vals_list):
        services = super().create(vals_list)
        self.env["reliability.slo"].sudo()._ship()
        return services
