from odoo import fields, models


class EdiExchangeType(models.Model):
    _inherit = "edi.exchange.type"

    reliability_answer_hours = fields.Float(
        string="Acknowledged within (h)",
        help="So long after it was sent, a document that nobody has acknowledged is in"
        " trouble. 0: it may take as long as it likes.",
    )

    _sensible_answer = models.Constraint(
        "CHECK (reliability_answer_hours >= 0)",
        "Enter a positive number of hours, or 0.",
    )
