from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..ledger.constants import UNSAFE
from .reliability_exchange import REPEATABLE_NAMES


class ReliabilityOperation(models.Model):
    _inherit = "reliability.operation"

    integration_id = fields.Many2one(
        "reliability.integration",
        string="System",
        help="The partner system that the method calls. Each call of the method is"
        " recorded as an exchange with this system.",
    )
    repeatable = fields.Selection(
        REPEATABLE_NAMES,
        string="If Repeated",
        required=True,
        default=UNSAFE,
        help="What the partner system does when the call is repeated.",
    )
    repeatable_method = fields.Char(
        string="Retry Method",
        help="Method of the same record, without arguments, that repeats the call."
        " Empty: users repeat the call on the document.",
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
                        "%(model)s has no method %(method)s. Enter a method that"
                        " repeats the call.",
                        model=operation.model,
                        method=operation.repeatable_method,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if {"integration_id", "repeatable", "repeatable_method"} & vals.keys():
            self._signal_change()
        return result
