from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import masked

_MAX_REASON_LENGTH = 2000


class ReliabilityResolve(models.TransientModel):
    """Records what a person has found out about exchanges."""

    _name = "reliability.resolve"
    _description = "Resolve Exchanges"

    exchange_ids = fields.Many2many("reliability.exchange", string="Exchanges")
    was_done = fields.Selection(
        [
            ("yes", "Nothing is left to do"),
            ("no", "The partner system has not done this; Odoo may retry"),
        ],
        string="What You Found Out",
        required=True,
        default="yes",
    )
    reason = fields.Text(required=True, string="How You Know")

    def action_resolve(self):
        """Resolve the exchanges.

        :raise UserError: the reason is empty
        """
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Enter how you know. Your colleagues will read the reason.")
            )
        reason = masked(self.reason.strip(), _MAX_REASON_LENGTH)
        self.exchange_ids._resolve(reason, self.was_done == "yes")
        return {"type": "ir.actions.act_window_close"}
