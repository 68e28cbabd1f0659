"""The dialog in which managers choose the deployment that an incident is due to."""

from odoo import fields, models

from ..dora import CONFIRMED


class ReliabilityIncidentCause(models.TransientModel):
    _name = "reliability.incident.cause"
    _description = "Deployment That an Incident Is Due to"

    incident_id = fields.Many2one(
        "reliability.incident", required=True, readonly=True, ondelete="cascade"
    )
    began_at = fields.Datetime(related="incident_id.began_at")
    deployment_id = fields.Many2one(
        "reliability.deployment",
        required=True,
        domain=[("is_seen", "=", True)],
        ondelete="cascade",
    )
    end = fields.Datetime(related="deployment_id.end", string="Deployed")

    def action_confirm(self):
        """Store the deployment in the incident."""
        self.ensure_one()
        self.incident_id._check_manager()
        self.incident_id._decide_deployment(self.deployment_id, CONFIRMED)
        return {"type": "ir.actions.act_window_close"}
