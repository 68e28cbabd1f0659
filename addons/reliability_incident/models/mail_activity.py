"""Who gets or ends an activity of an incident has acknowledged it."""

from odoo import api, models

from .incident_fields import FOLLOW_UP


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        """Make who gets an activity of an incident its owner: it is acknowledged."""
        activities = super().create(vals_list)
        if self.env.context.get("reliability_evaluation"):
            return activities
        for activity in activities._of_incidents():
            if activity.user_id:
                incident = self.env[activity.res_model].browse(activity.res_id).sudo()
                incident._acknowledge(self.env.user)
                incident.user_id = activity.user_id
        return activities

    def _action_done(self, feedback=False, attachment_ids=None):
        """Acknowledge the incidents that people mark as done."""
        if not self.env.context.get("reliability_evaluation"):
            ids = self._of_incidents().mapped("res_id")
            incidents = self.env["reliability.incident"].browse(ids).exists()
            incidents._filtered_access("read").action_acknowledge()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _of_incidents(self):
        """Return the activities that ask people to take care of an incident.

        Follow-ups do not: they are done when it is over.
        """
        follow_up = self.env.ref(FOLLOW_UP, raise_if_not_found=False)
        return self.filtered(
            lambda one: (
                one.res_model == "reliability.incident"
                and one.activity_type_id != follow_up
            )
        )
