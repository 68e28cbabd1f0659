from odoo import fields, models
from odoo.exceptions import UserError


class ReliabilityResolve(models.TransientModel):
    """Asks what a person has found out."""

    _name = "reliability.resolve"
    _description = "Settle"

    exchange_ids = fields.Many2many("reliability.exchange", string="Exchanges")
    was_done = fields.Selection(
        [
            ("yes", "Nothing is left to do"),
            ("no", "The counterpart has not done it: it may be asked again"),
        ],
        string="What You Found Out",
        required=True,
        default="yes",
    )
    reason = fields.Text(required=True, string="How You Know")

    def action_resolve(self):
        """Take it down.

        :raise UserError: the reason is empty
        """
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Say how you know: others will read it when they ask.")
            )
        self.exchange_ids._settle(self.reason.strip(), self.was_done == "yes")
        return {"type": "ir.actions.act_window_close"}
