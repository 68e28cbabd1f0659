"""Counters of exchanges by final state, which stay when exchanges are deleted."""

from odoo import fields, models

from odoo.addons.reliability.api import NoForeignKeyMany2one


class ReliabilityExchangeTotal(models.Model):
    _name = "reliability.exchange.total"
    _description = "Exchange Total"
    _log_access = False

    integration_id = NoForeignKeyMany2one(
        "reliability.integration", string="System", readonly=True
    )
    operation = fields.Char(readonly=True)
    state = fields.Char(readonly=True)
    count = fields.Integer(readonly=True)
    last = fields.Datetime(
        readonly=True, help="When an exchange came to this state last."
    )

    _row_unique = models.UniqueIndex("(integration_id, operation, state)")
