"""Steps of carriers, and the delivery method of a rehearsal's."""

from odoo import api, fields, models

from odoo.addons.reliability_synthetic.models.problem_messages import add_sentences

from ..rate import rate


class ReliabilitySyntheticStep(models.Model):
    _inherit = "reliability.synthetic.step"

    step = fields.Selection(
        selection_add=[
            ("rate", "Rate of the carrier"),
            ("rate_api", "Rate of the carrier by API"),
            ("label_api", "Label of the carrier by API"),
        ],
        ondelete=dict.fromkeys(("rate", "rate_api", "label_api"), "cascade"),
    )
    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Delivery Method",
        ondelete="set null",
        help="One whose rates Odoo knows, such as a fixed price: a rehearsal connects"
        " to no carrier.",
    )
    carrier_name = fields.Char(
        string="Delivery Method",
        compute="_compute_carrier_name",
        help="Users of Sales choose it.",
    )

    @api.depends("carrier_id.name")
    @api.depends_context("lang")
    def _compute_carrier_name(self):
        """Compute a name for those who may not read delivery methods."""
        for step in self.sudo():
            step.carrier_name = step.carrier_id.name

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
