from odoo import api, fields, models


class ReliabilityRetry(models.TransientModel):
    """Shows which exchanges will be retried, and which not and why, before the
    retry.
    """

    _name = "reliability.retry"
    _description = "Retry Exchanges"

    exchange_ids = fields.Many2many("reliability.exchange", string="Exchanges")
    safe_ids = fields.Many2many(
        "reliability.exchange", string="Will be retried", compute="_compute_safe"
    )
    unsafe_ids = fields.Many2many(
        "reliability.exchange", string="Will not be retried", compute="_compute_safe"
    )

    @api.depends("exchange_ids")
    def _compute_safe(self):
        for wizard in self:
            wizard.safe_ids = wizard.exchange_ids.filtered("can_retry")
            wizard.unsafe_ids = wizard.exchange_ids - wizard.safe_ids

    def action_retry(self):
        """Schedule a retry of the exchanges where it is safe, and show the progress."""
        scheduled = self.exchange_ids._schedule_retry()
        if not scheduled:
            message = self.env._("None of these exchanges may be retried.")
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {"message": message, "type": "warning"},
            }
        requested_at = fields.Datetime.to_string(scheduled[0].retry_requested_at)
        return {
            "type": "ir.actions.client",
            "tag": "reliability_integration.progress",
            "params": scheduled.read_progress(requested_at),
        }
