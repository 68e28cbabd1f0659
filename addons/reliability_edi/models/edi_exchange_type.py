from odoo import fields, models


class EdiExchangeType(models.Model):
    _inherit = "edi.exchange.type"

    reliability_acknowledgement_hours = fields.Float(
        string="Acknowledged within (h)",
        help="A document that is not acknowledged this long after it was sent is shown"
        " as late. 0: no time limit.",
    )

    _acknowledgement_hours_not_negative = models.Constraint(
        "CHECK (reliability_acknowledgement_hours >= 0)",
        "Enter a positive number of hours, or 0.",
    )
