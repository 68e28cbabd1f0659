"""The dialog in which managers write the review of an incident."""

from odoo import fields, models


class ReliabilityIncidentReview(models.TransientModel):
    _name = "reliability.incident.review"
    _description = "Review of an Incident"

    incident_id = fields.Many2one(
        "reliability.incident", required=True, readonly=True, ondelete="cascade"
    )
    what_happened = fields.Html()
    what_helped = fields.Html()

    def action_save(self):
        """Store the review in the incident."""
        self.ensure_one()
        self.incident_id._check_manager()
        self.incident_id._review(self.what_happened, self.what_helped)
        return {"type": "ir.actions.act_window_close"}
