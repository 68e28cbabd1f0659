from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import masked

_MAX_REASON_LENGTH = 2000


class ReliabilityResolve(models.TransientModel):
    """Records what a person has found out about exchanges.

    Who may change the document may resolve its exchanges, and need not be allowed to
    read them: the window shows what it says of them in a text of its own.
    """

    _name = "reliability.resolve"
    _description = "Resolve Exchanges"

    exchange_ids = fields.Many2many("reliability.exchange", string="Exchanges")
    explanation = fields.Text(compute="_compute_explanation", compute_sudo=True)
    found = fields.Selection(
        [
            ("done", "It was done, or is not needed: nothing is left to do"),
            ("not_done", "It was not done: it may be requested again"),
        ],
        string="What You Found",
    )
    reason = fields.Text(string="How You Know")

    @api.depends("exchange_ids")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for window in self:
            exchanges = window.exchange_ids
            window.explanation = exchanges._explain() if len(exchanges) == 1 else ""

    def action_resolve(self):
        """Resolve the exchanges.

        :raise UserError: what was found, or the reason, is missing
        """
        self.ensure_one()
        self.check_access("write")
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Enter how you know. Your colleagues will read the reason.")
            )
        exchanges = self.sudo().exchange_ids.with_env(self.env)
        exchanges._check_resolvable()
        reason = masked(self.reason.strip(), _MAX_REASON_LENGTH)
        return self._resolve(exchanges, reason) or {
            "type": "ir.actions.act_window_close"
        }

    def _resolve(self, exchanges, reason):
        """Resolve exchanges with the answer of this window; the user may resolve them.

        :return: an action to open; nothing, to close the window
        :raise UserError: the answer is incomplete
        """
        if not self.found:
            raise UserError(self.env._("Choose what you found."))
        exchanges._resolve(reason, self.found == "done")
