from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..ledger.constants import UNSAFE
from .reliability_exchange import REPEATABLE_NAMES


class ReliabilityOperation(models.Model):
    _inherit = "reliability.operation"

    integration_id = fields.Many2one(
        "reliability.integration",
        help="The counterpart that the method asks: each call is an exchange then.",
    )
    repeatable = fields.Selection(
        REPEATABLE_NAMES,
        required=True,
        default=UNSAFE,
        help="What happens at the counterpart when it is asked the same again.",
    )
    repeatable_method = fields.Char(
        string="Method That Asks Again",
        help="Of the same record, without arguments. Empty: people ask again on the"
        " document.",
    )

    @api.constrains("repeatable_method", "model")
    def _check_repeatable_method(self):
        for operation in self.filtered("repeatable_method"):
            model = self.env.get(operation.model or "")
            if model is None or not callable(
                getattr(type(model), operation.repeatable_method, None)
            ):
                raise ValidationError(
                    self.env._(
                        "%(model)s has no method %(method)s that could ask again.",
                        model=operation.model,
                        method=operation.repeatable_method,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if {"integration_id", "repeatable", "repeatable_method"} & vals.keys():
            self._take_effect()
        return result
