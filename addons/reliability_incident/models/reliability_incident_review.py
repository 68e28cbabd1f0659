"""The review of an incident: what happened, what helped, and what follows."""

# What people read of an incident is apart from what they do.
# pylint: disable=consider-merging-classes-inherited

from odoo import fields, models

from odoo.addons.reliability.api import open_activity_dialog

from .incident_fields import FOLLOW_UP


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    what_happened = fields.Html(readonly=True)
    what_helped = fields.Html(readonly=True)
    reviewed_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    reviewed_at = fields.Datetime(string="Reviewed", readonly=True)
    follow_up_ids = fields.Many2many(
        "mail.activity",
        string="Follow-ups",
        compute="_compute_follow_up_ids",
        help="What somebody has to do by a date, and has done, so that it does not"
        " happen again.",
    )

    def _compute_follow_up_ids(self):
        follow_up = self.env.ref(FOLLOW_UP)
        found = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", follow_up.id),
                ]
            )
        )
        by_incident = found.grouped("res_id")
        for incident in self:
            incident.follow_up_ids = by_incident.get(incident.id, found.browse())

    def action_review(self):
        """Open the dialog with the review."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Review"),
            "res_model": "reliability.incident.review",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_incident_id": self.id,
                "default_what_happened": self.what_happened,
                "default_what_helped": self.what_helped,
            },
        }

    def action_follow_up(self):
        """Open Odoo's dialog with an activity for who does something by a date."""
        self.ensure_one()
        self._check_manager()
        return open_activity_dialog(
            self,
            self.env._("Add Follow-up"),
            activity_type_id=self.env.ref(FOLLOW_UP).id,
            activity_user_id=(self.user_id or self.env.user).id,
        )

    def _review(self, what_happened, what_helped):
        """Store a review, and who has written it last."""
        self.sudo().write(
            {
                "what_happened": what_happened,
                "what_helped": what_helped,
                "reviewed_by_id": self.env.uid,
                "reviewed_at": fields.Datetime.now(),
            }
        )
        self.message_post(
            body=self.env._("The review was written"), subtype_xmlid="mail.mt_note"
        )
