"""Alerts know their incident, and are acknowledged with it."""

from odoo import api, fields, models


class ReliabilityAlert(models.Model):
    _inherit = "reliability.alert"

    incident_id = fields.Many2one(
        "reliability.incident",
        compute="_compute_incident_id",
        help="The incident that this alert belongs to.",
    )

    @api.depends("is_present", "opened")
    def _compute_incident_id(self):
        evidence = self.env["reliability.incident.evidence"]
        found = evidence.search_fetch(
            [("alert_id", "in", self.ids), ("is_present", "=", True)],
            ["alert_id", "incident_id"],
        )
        incidents = {one.alert_id: one.incident_id for one in found}
        for alert in self:
            alert.incident_id = incidents.get(alert)

    def action_acknowledge(self):
        """Acknowledge the incidents of these alerts, too."""
        result = super().action_acknowledge()
        for incident in self.sudo().incident_id:
            incident._acknowledge(self.env.user)
        return result

    def _acknowledge_as(self, user):
        """Acknowledge what a person has acknowledged the incident of."""
        waiting = self.filtered(lambda alert: alert.state == "open")
        mine = waiting.with_user(user).sudo()
        return super(ReliabilityAlert, mine).action_acknowledge()
