from odoo import api, fields, models


class ReliabilityRetry(models.TransientModel):
    """Says what asking again would do, before it is done."""

    _name = "reliability.retry"
    _description = "Ask Again"

    exchange_ids = fields.Many2many("reliability.exchange", string="Exchanges")
    safe_ids = fields.Many2many(
        "reliability.exchange", string="Will be asked again", compute="_compute_safe"
    )
    unsafe_ids = fields.Many2many(
        "reliability.exchange", string="Will be left alone", compute="_compute_safe"
    )

    @api.depends("exchange_ids")
    def _compute_safe(self):
        for wizard in self:
            wizard.safe_ids = wizard.exchange_ids.filtered("can_retry")
            wizard.unsafe_ids = wizard.exchange_ids - wizard.safe_ids

    def action_retry(self):
        """Let Odoo ask again what may be asked again, and show how far it is."""
        asked = self.exchange_ids._ask_again()
        if not asked:
            message = self.env._("None of these may be asked again.")
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {"message": message, "type": "warning"},
            }
        asked_at = fields.Datetime.to_string(asked[0].asked_at)
        return {
            "type": "ir.actions.client",
            "tag": "reliability_integration.progress",
            "params": asked.read_progress(asked_at),
        }
