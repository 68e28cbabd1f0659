"""Notifications of incidents: an outbox, so that each is sent once, or tried again."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import is_neutralized, masked_logger

from .. import plan
from ..grouping import REOPENED_WITHIN
from ..lifecycle import CLOSED, RESTORED
from ..plan import Sent, Subject, due
from . import incident_messages
from .incident_fields import DUPLICATE, TIER_NAMES
from .reliability_incident_actions import ACTIVITY
from .reliability_service import CHANNELS

_logger = masked_logger(__name__)

PROVIDER, CHANNEL_FAILS = "incident", "channel"
_MAX_TRIES = 5
_FIRST_RETRY = timedelta(minutes=1)
"""Each further one comes after twice the time."""


class ReliabilityNotification(models.Model):
    _name = "reliability.notification"
    _description = "Notification"
    _log_access = False
    _order = "planned desc, id desc"
    _rec_name = "event"

    incident_id = fields.Many2one(
        "reliability.incident", required=True, ondelete="cascade", index=True
    )
    episode = fields.Integer(help="How often the incident had been open again.")
    event = fields.Selection(
        [
            (plan.OPENED, "Opened"),
            (plan.WORSE, "Became a page"),
            (plan.ESCALATED, "Not acknowledged"),
            (plan.OVER, "Restored"),
        ],
        string="About",
        required=True,
    )
    channel = fields.Selection(
        [("activity", "Activity"), ("chat", "Discuss"), ("mail", "Mail")],
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        ondelete="cascade",
        help="Empty where a system outside Odoo is notified.",
    )
    tier = fields.Selection(TIER_NAMES, required=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
        required=True,
        default="waiting",
    )
    planned = fields.Datetime(required=True)
    next_try = fields.Datetime()
    tries = fields.Integer()
    sent = fields.Datetime()
    error = fields.Char(string="Error Class")

    _once = models.UniqueIndex(
        "(incident_id, episode, event, channel, coalesce(user_id, 0))"
    )
    _by_next_try = models.Index("(next_try) WHERE state = 'waiting'")
    _not_sent_by_time = models.Index("(planned) WHERE state <> 'sent'")

    @api.model
    def _notify(self, now):
        """Notify people of incidents, and try again what failed.

        :param datetime now: in UTC
        """
        if is_neutralized(self.env):
            return
        incidents = self._incidents(now)
        contacts = {
            service: service._contacts(now)
            for service in incidents.service_ids | incidents.service_id
        }
        for incident in incidents:
            self._plan(incident, contacts, now)
        for notification in self._due(list(CHANNELS), now):
            notification._try(now)

    @api.model
    def _due(self, channels, now):
        """Return the notifications of some channels that are to be sent now, in order.

        :param datetime now: in UTC
        """
        due = [
            ("channel", "in", channels),
            ("state", "=", "waiting"),
            ("next_try", "<=", now),
        ]
        return self.search(due, order="id")

    @api.model
    def _incidents(self, now):
        """Return the incidents that people may have to be notified of."""
        since = now - REOPENED_WITHIN
        return self.env["reliability.incident"].search(
            [
                ("kind", "!=", DUPLICATE),
                "|",
                ("state", "not in", (RESTORED, CLOSED)),
                "&",
                ("restored_at", ">=", since),
                ("notification_ids", "!=", False),
            ]
        )

    @api.model
    def _plan(self, incident, contacts, now):
        """Store the notifications of an incident that are due.

        The people of all its services are notified, each once.

        :param contacts: service → whom it notifies now
        """
        subject = Subject(
            incident.state,
            incident.tier,
            incident.reopened_at or incident.detected_at,
            incident.reopened,
            bool(incident.snoozed_until) and incident.snoozed_until > now,
        )
        sent = defaultdict(list)
        for one in incident.notification_ids:
            key = one.episode, one.event, one.user_id.id, one.tier
            sent[one.channel].append(Sent(*key))
        broken = self._broken_channels(incident)
        for service in incident.service_ids or incident.service_id:
            people = self._who_may_read(incident, contacts[service])
            for channel in _usable(service._channels(), broken):
                for message in due(subject, people, sent[channel], now):
                    self._store(incident, channel, message, now)
                    key = subject.episode, *message, subject.tier
                    sent[channel].append(Sent(*key))

    @api.model
    def _who_may_read(self, incident, contacts):
        """Leave out people who may not read the incident."""

        def may_read(user_id):
            user = self.env["res.users"].browse(user_id)
            if incident.is_shared or user.has_group("reliability.group_admin"):
                return True
            return incident.company_id in user.company_ids

        return contacts._replace(
            first=[one for one in contacts.first if may_read(one)],
            deputies=[one for one in contacts.deputies if may_read(one)],
        )

    @api.model
    def _broken_channels(self, incident):
        """Return the channels that fail now, of an incident about them.

        It is sent by none of these.
        """
        alerts = incident.evidence_ids.filtered("is_present").filtered(
            lambda one: (one.provider, one.cause) == (PROVIDER, CHANNEL_FAILS)
        )
        return set(alerts.mapped("subject"))

    @api.model
    def _store(self, incident, channel, message, now):
        self.create(
            {
                "incident_id": incident.id,
                "episode": incident.reopened,
                "event": message.event,
                "channel": channel,
                "user_id": message.person,
                "tier": incident.tier,
                "planned": now,
                "next_try": now,
            }
        )

    @api.model
    def _not_sent(self, since):
        """Return a domain of notifications that could not be sent."""
        return [
            ("tries", ">", 0),
            "|",
            "&",
            ("state", "=", "waiting"),
            ("next_try", ">=", since),
            "&",
            ("state", "=", "failed"),
            ("planned", ">=", since),
        ]

    @api.model
    def _failing_channels(self, since):
        """Return channels that fail: name, how many notifications, the first, the last.

        :param datetime since: in UTC
        """
        return self._read_group(
            self._not_sent(since),
            ["channel"],
            ["__count", "planned:min", "planned:max"],
        )

    def _try(self, now):
        """Send these notifications at once; a failure is logged, and affects no others.

        :return: whether they were sent
        """
        try:
            with self.env.cr.savepoint():
                self._send()
                self.env.flush_all()
        except Exception as error:
            self.env.invalidate_all()
            _logger.exception("Notifications %s are not sent", self.ids)
            for notification in self:
                notification._fail(type(error).__name__, now)
            return False
        self._succeed(now)
        return True

    def _succeed(self, now):
        for notification in self:
            tries = notification.tries + 1
            notification.write({"state": "sent", "sent": now, "tries": tries})

    def _fail(self, error, now):
        tries = self.tries + 1
        self.write(
            {
                "state": "failed" if tries >= self._max_tries() else "waiting",
                "tries": tries,
                "next_try": now + _FIRST_RETRY * 2 ** (tries - 1),
                "error": error,
            }
        )

    def _max_tries(self):
        """Return after how many tries this notification has failed."""
        return _MAX_TRIES

    def _send(self):
        user = self.user_id
        incident = self.incident_id.with_context(
            lang=user.lang or "en_US", tz=user.tz, reliability_evaluation=True
        )
        message = incident_messages.compose(incident, self.event, user)
        send = {
            "activity": self._send_activity,
            "chat": self._send_chat,
            "mail": self._send_mail,
        }
        send[self.channel](incident, message)

    def _send_activity(self, incident, message):
        """Keep one activity for each person; it ends with the incident."""
        activity = incident.activity_search([ACTIVITY], user_id=self.user_id.id)
        if self.event == plan.OVER:
            activity.action_feedback(feedback=message.subject)
            return
        values = {"summary": message.subject, "note": message.html}
        if activity:
            activity.write(values)
        else:
            incident.activity_schedule(ACTIVITY, user_id=self.user_id.id, **values)

    def _send_chat(self, incident, message):
        """Send it by Odoo's bot; Odoo pushes it to browsers and phones."""
        bot = self.env.ref("base.user_root")
        channels = self.env["discuss.channel"].with_user(bot).sudo()
        channel = channels._get_or_create_chat(self.user_id.partner_id.ids)
        channel.message_post(
            body=message.with_title + message.links,
            author_id=bot.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _send_mail(self, incident, message):
        self.env["mail.mail"].sudo().create(
            {
                "subject": message.subject,
                "body_html": message.html + message.links,
                "email_to": self.user_id.email_formatted,
                "auto_delete": True,
            }
        )


def _usable(channels, broken):
    """Return the channels that work; if none of a service's does, another one."""
    usable = [channel for channel in channels if channel not in broken]
    if channels and not usable:
        usable = [channel for channel in CHANNELS if channel not in broken][:1]
    return usable
