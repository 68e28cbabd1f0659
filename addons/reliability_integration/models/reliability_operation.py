from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..ledger.constants import UNSAFE
from ..ledger.repeatable import repeatable_methods
from .reliability_exchange import REPEATABLE_NAMES
from .system_fields import check_system_fields

_SYSTEM_FIELDS = {"repeatable_method"}


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
        help="Method of the same record that repeats the call, of those that an addon"
        " lists as repeatable. Empty: users repeat the call on the document. Only a"
        " system administrator (Settings) chooses it.",
    )

    @api.constrains("repeatable_method", "model")
    def _check_repeatable_method(self):
        for operation in self.filtered("repeatable_method"):
            listed = repeatable_methods(operation.model)
            if operation.repeatable_method in listed:
                continue
            if not listed:
                raise ValidationError(
                    self.env._(
                        "No addon lists a method of %(model)s that repeats a call."
                        " Leave the retry method empty: users then repeat the call on"
                        " the document.",
                        model=operation.model,
                    )
                )
            raise ValidationError(
                self.env._(
                    "%(method)s of %(model)s may not be called again. Enter one of"
                    " these methods: %(listed)s.",
                    method=operation.repeatable_method,
                    model=operation.model,
                    listed=", ".join(listed),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        check_system_fields(self, _SYSTEM_FIELDS, *vals_list)
        return super().create(vals_list)

    def write(self, vals):
        check_system_fields(self, _SYSTEM_FIELDS, vals)
        result = super().write(vals)
        if {"integration_id", "repeatable", "repeatable_method"} & vals.keys():
            self._signal_change()
        return result
