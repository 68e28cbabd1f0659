from odoo import api, models

from ..families import SYNTHETIC
from ..objectives import SHIPPED


class ReliabilitySlo(models.Model):
    _inherit = "reliability.slo"

    @api.model
    def _shipped(self):
        return super()._shipped() + SHIPPED

    @api.model
    def _names_of_events(self):
        names = super()._names_of_events()
        return names | {SYNTHETIC.name: self.env._("runs of journeys")}
