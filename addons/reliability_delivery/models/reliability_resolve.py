from odoo import api, fields, models
from odoo.exceptions import UserError


class ReliabilityResolve(models.TransientModel):
    _inherit = "reliability.resolve"

    is_parcel = fields.Boolean(compute="_compute_is_parcel", compute_sudo=True)
    parcel = fields.Selection(
        [
            ("use", "The parcel exists: use it for the transfer"),
            ("cancel", "The parcel exists: cancel it at the carrier"),
            ("none", "There is no such parcel"),
        ],
        string="What You Found at the Carrier",
    )
    number = fields.Char(string="Number of the Parcel")
    validates = fields.Boolean(
        help="The question was asked by a validation, which goes on with the answer.",
    )

    @api.depends("exchange_ids")
    def _compute_is_parcel(self):
        for window in self:
            exchanges = window.exchange_ids
            window.is_parcel = len(exchanges) == 1 and exchanges._is_about_parcel()

    def action_resolve(self):
        """Resolve the exchanges; go on with the validation that asked."""
        result = super().action_resolve()
        if not self.validates or result["type"] != "ir.actions.act_window_close":
            return result
        # The answer stays true whatever becomes of the validation.  And the ledger,
        # which has a connection of its own, must see it and must not wait for it.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        transfers = self.env.context.get("button_validate_picking_ids", [])
        return self.env["stock.picking"].browse(transfers).button_validate()

    def _resolve(self, exchanges, reason):
        if not self.parcel:
            if self.is_parcel:
                raise UserError(self.env._("Choose what you found at the carrier."))
            return super()._resolve(exchanges, reason)
        if not self.is_parcel:
            return self._check_who_answered(exchanges)
        number = (self.number or "").strip()
        if self.parcel != "none" and not number:
            raise UserError(self.env._("Enter the number of the parcel."))
        return exchanges.sudo()._resolve_parcel(self.parcel, number, reason)

    def _check_who_answered(self, exchanges):
        """Check that nobody else has answered meanwhile.

        :raise UserError: somebody else has, or the carrier
        """
        # Odoo repeats a request after a conflict with another one.
        if exchanges.sudo().resolved_by_id != self.env.user:
            raise UserError(
                self.env._(
                    "This has been resolved meanwhile: close this window, and open the"
                    " transfer again."
                )
            )
