"""The step *Rate of the carrier*, and its delivery method."""

from odoo import fields, models

from odoo.addons.reliability_synthetic.models.problem_messages import add_sentences

from ..rate import rate


class ReliabilitySyntheticStep(models.Model):
    _inherit = "reliability.synthetic.step"

    step = fields.Selection(
        selection_add=[("rate", "Rate of the carrier")], ondelete={"rate": "cascade"}
    )
    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Delivery Method",
        ondelete="set null",
        help="One whose rates Odoo knows, such as a fixed price: a rehearsal connects"
        " to no carrier.",
    )

    def _functions(self):
        return super()._functions() | {"rate": rate}

    def _parameters(self):
        parameters = super()._parameters()
        if self.step == "rate":
            parameters["carrier"] = self.carrier_id.id
        return parameters


add_sentences(
    {
        "no_carrier": lambda env, values: env._(
            "%(step)s has no delivery method: choose one in the journey", **values
        ),
        "carrier_archived": lambda env, values: env._(
            "The delivery method %(carrier)s is archived: choose another one in the"
            " journey",
            **values,
        ),
        "no_rate": lambda env, values: env._(
            "The delivery method %(carrier)s has no rate for an order to the address of"
            " the company: %(text)s",
            **values,
        ),
    }
)
