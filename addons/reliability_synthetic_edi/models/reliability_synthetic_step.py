from odoo import fields, models


class ReliabilitySyntheticStep(models.Model):
    _inherit = "reliability.synthetic.step"

    step = fields.Selection(
        selection_add=[("edi", "EDI loop-back")], ondelete={"edi": "cascade"}
    )
