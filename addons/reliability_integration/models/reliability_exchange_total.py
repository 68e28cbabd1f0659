"""How many exchanges have come to a state, ever: what is deleted stays counted."""

from odoo import fields, models

from odoo.addons.reliability.api import NoForeignKeyMany2one


class ReliabilityExchangeTotal(models.Model):
    _name = "reliability.exchange.total"
    _description = "Exchanges Counted"
    _log_access = False

    integration_id = NoForeignKeyMany2one("reliability.integration", readonly=True)
    operation = fields.Char(readonly=True)
    state = fields.Char(readonly=True)
    count = fields.Integer(readonly=True)
    last = fields.Datetime(readonly=True, help="When one came to this state last.")

    _row_unique = models.UniqueIndex("(integration_id, operation, state)")
