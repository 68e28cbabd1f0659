"""Whom a service notifies of its incidents, how, and when not."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..plan import Contacts

CHANNELS = {
    "activity": "notify_by_activity",
    "chat": "notify_by_chat",
    "mail": "notify_by_mail",
}
"""Channel → the field that switches it on."""


class ReliabilityService(models.Model):
    _inherit = "reliability.service"

    notify_user_ids = fields.Many2many(
        "res.users",
        "reliability_service_notify_user",
        string="Notify",
        domain="[('share', '=', False)]",
        help="Notified of incidents while nobody is on call. Empty: the owner.",
    )
    deputy_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Notified of pages that nobody acknowledges.",
    )
    escalate_after = fields.Integer(
        default=15,
        help="Minutes without acknowledgement after which the deputy, or who else is on"
        " call, is notified of a page. 0: never.",
    )
    notify_by_activity = fields.Boolean(string="Activity", default=True)
    notify_by_chat = fields.Boolean(string="Discuss")
    notify_by_mail = fields.Boolean(string="Mail")
    quiet_from = fields.Float(
        string="Quiet from", help="In the time zone of the owner."
    )
    quiet_to = fields.Float(
        string="Quiet to", help="What is still there at this time is notified then."
    )
    quiet_for = fields.Selection(
        [("tickets", "Tickets"), ("everything", "Tickets and pages")],
        default="tickets",
        required=True,
        help="What waits until the quiet hours end.",
    )

    _quiet_hours = models.Constraint(
        "CHECK (quiet_from >= 0 AND quiet_from < 24 AND quiet_to >= 0"
        " AND quiet_to < 24)",
        "Enter quiet hours as times of the day, such as 22:00 to 06:00.",
    )
    _escalate_after_positive = models.Constraint(
        "CHECK (escalate_after >= 0)",
        "Enter minutes, or 0 to never notify the deputy.",
    )

    @api.constrains("notify_user_ids", "owner_id", "deputy_id")
    def _check_notified(self):
        for user in self.notify_user_ids | self.owner_id | self.deputy_id:
            self._check_may_be_notified(user)

    @api.model
    def _check_may_be_notified(self, user):
        """Refuse people who may not read what they are notified of.

        :raise ValidationError: the user has no role of Reliability
        """
        if not user.has_group("reliability.group_viewer"):
            raise ValidationError(
                self.env._(
                    "%(user)s has no role of Reliability and cannot be notified. Give"
                    " this user the role Viewer first.",
                    user=user.name,
                )
            )

    def _with_dependents(self):
        """Return these services, and those that depend on them, directly or not."""
        found = self
        while found.needed_by_ids - found:
            found |= found.needed_by_ids
        return found

    def _channels(self):
        """Return the channels that this service notifies people by."""
        return [name for name, field in CHANNELS.items() if self[field]]

    def _recipients(self):
        """Return the users who are notified while nobody is on call."""
        if not self._channels():
            return self.env["res.users"]
        recipients = self.notify_user_ids or self.owner_id
        return recipients.filtered("active")

    def _contacts(self, now):
        """Return whom this service notifies now.

        :param datetime now: in UTC
        :rtype: Contacts
        """
        on_call = self.env["reliability.on.call"]._now(self, now)
        first = on_call[:1] or self._recipients()
        deputies = (on_call[1:] | self.deputy_id.filtered("active")) - first
        minutes = self.escalate_after
        is_quiet = self._is_quiet(now)
        return Contacts(
            first.ids,
            deputies.ids,
            timedelta(minutes=minutes) if minutes else None,
            is_quiet,
            is_quiet and self.quiet_for == "everything",
        )

    def _is_quiet(self, now):
        """Return whether it is within the quiet hours."""
        begin, end = self.quiet_from, self.quiet_to
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=self.owner_id.tz or "UTC"), now
        )
        hour = local.hour + local.minute / 60
        if begin <= end:
            return begin <= hour < end
        return hour >= begin or hour < end
