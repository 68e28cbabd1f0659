"""Notifications: a service is degraded, interrupted, or fine again; once per change.

Each status stores the state of its last notification.  In quiet hours there are no
notifications; a state that still holds when they end is notified then.
"""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    FINE,
    TROUBLED,
    SwitchParameter,
    formatting,
    masked_logger,
    read_parameter,
)

_logger = masked_logger(__name__)

_NEUTRALIZED = SwitchParameter("database.is_neutralized")
_ACTIVITY = "reliability_health.activity_trouble"


class ReliabilityNotifier(models.AbstractModel):
    _name = "reliability.notifier"
    _description = "Notifications of Service Statuses"

    @api.model
    def _log_changes(self, statuses):
        """Log changes in the chatter of their services.

        Services are shared by all companies: where there are several, the log names
        none of them.
        """
        is_alone = self.env["res.company"].sudo().search_count([], limit=2) == 1
        for service, changed in statuses.grouped("service_id").items():
            service, changed = _localized(service.owner_id, service, changed)
            logged = changed.filtered(lambda status: is_alone or status.is_shared)
            service.message_post(
                body=_message(_subject(service, changed), _lines(logged)),
                subtype_xmlid="mail.mt_note",
            )

    @api.model
    def _notify_changes(self, now):
        """Notify people of all changes that they have not been notified of.

        :param datetime now: in UTC
        """
        if self._is_neutralized():
            return
        changed = defaultdict(lambda: self.env["reliability.service.status"])
        for status in self.env["reliability.service.status"].search([]):
            if self._is_change(status):
                changed[status.service_id] |= status
        for service, statuses in changed.items():
            self._notify(service, statuses, now)

    @api.model
    def _is_neutralized(self):
        """Return whether this is a neutralized copy, which notifies nobody."""
        return read_parameter(self.env, _NEUTRALIZED)

    @api.model
    def _is_change(self, status):
        """Return whether the state differs from the one of the last notification.

        No data after trouble is no recovery.
        """
        notified = status.notified_state or FINE
        if status.state in TROUBLED:
            return status.state != notified
        return status.state == FINE and notified in TROUBLED

    @api.model
    def _notify(self, service, statuses, now):
        """Notify people of changes of one service, each person once.

        Each person is notified of his own companies, and of what is of no company.
        """
        if _is_quiet(service, now):
            return
        notified = []
        for user in service.notify_user_ids or service.owner_id:
            visible = _visible(statuses, user)
            if user.active and visible:
                notified.append(self._notify_user(service, visible, user))
        if notified and not any(notified):
            return  # all of them failed: the next evaluation tries again
        for status in statuses:
            status.notified_state = status.state

    @api.model
    def _notify_user(self, service, statuses, user):
        """Notify one person; a failure is logged and does not affect other people.

        :return: whether at least one notification succeeded, or none is wanted
        """
        service, statuses = _localized(user, service, statuses)
        subject, lines = _subject(service, statuses), _lines(statuses)
        wanted = succeeded = 0
        for is_wanted, notify in (
            (service.notify_by_activity, self._notify_by_activity),
            (service.notify_by_chat, self._notify_by_chat),
            (service.notify_by_mail, self._notify_by_mail),
        ):
            if not is_wanted:
                continue
            wanted += 1
            try:
                with self.env.cr.savepoint():
                    notify(service, user, subject, lines)
                succeeded += 1
            except Exception:
                _logger.exception("User %d was not notified: %s", user.id, subject)
        return succeeded or not wanted

    @api.model
    def _notify_by_activity(self, service, user, subject, lines):
        """Keep one activity per service in trouble; it is done once the service is fine
        in all companies of the user."""
        activity = service.activity_search([_ACTIVITY], user_id=user.id)
        visible = _visible(service.status_ids, user)
        if not any(status.state in TROUBLED for status in visible):
            activity.action_feedback(feedback=subject)
        elif activity:
            activity.write({"summary": subject, "note": _html(lines)})
        else:
            service.activity_schedule(
                _ACTIVITY, user_id=user.id, summary=subject, note=_html(lines)
            )

    @api.model
    def _notify_by_chat(self, service, user, subject, lines):
        bot = self.env.ref("base.user_root")
        channels = self.env["discuss.channel"].with_user(bot).sudo()
        channel = channels._get_or_create_chat(user.partner_id.ids)
        channel.message_post(
            body=_message(subject, lines),
            author_id=bot.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    @api.model
    def _notify_by_mail(self, service, user, subject, lines):
        link = Markup('<p><a href="%s">%s</a></p>') % (
            f"{service.get_base_url()}/odoo/reliability.service/{service.id}",
            service.name,
        )
        self.env["mail.mail"].sudo().create(
            {
                "subject": subject,
                "body_html": _html(lines) + link,
                "email_to": user.email_formatted,
                "auto_delete": True,
            }
        )


def _localized(user, *recordsets):
    """Return records with the language and the time zone of a user."""
    return [records.with_context(lang=user.lang, tz=user.tz) for records in recordsets]


def _visible(statuses, user):
    """Return the statuses of the companies of a user, and of no company."""
    return statuses.filtered(
        lambda status: not status.company_id or status.company_id in user.company_ids
    )


def _subject(service, statuses):
    """Return the service and its worst state, such as "Shipping: Interrupted"."""
    worst = statuses._worst(statuses.mapped("state"))
    return service.env._(
        "%(service)s: %(state)s",
        service=service.name,
        state=statuses._state_name(worst),
    )


def _lines(statuses):
    """Return a sentence for each alert, the worst first, or for a state without any."""
    alerts = statuses._alerts()
    lines = [_line(alert, alert.text) for alert in alerts]
    for status in statuses - statuses.filtered(lambda one: one.state in TROUBLED):
        text = status.env._(
            "%(state)s since %(time)s",
            state=status._state_name(status.state),
            time=formatting.moment(status.env, status.since),
        )
        lines.append(_line(status, text))
    return lines


def _line(record, text):
    """Return a sentence about a company and a warehouse."""
    where, text = record.warehouse or record.company_id.name, formatting.paragraph(text)
    return (
        record.env._("%(where)s: %(text)s", where=where, text=text) if where else text
    )


def _message(subject, lines):
    return Markup("<b>%s</b>%s") % (subject, _html(lines))


def _html(lines):
    items = (Markup("<li>%s</li>") % line for line in lines)
    return Markup("<ul>%s</ul>") % Markup().join(items)


def _is_quiet(service, now):
    """Return whether it is within the quiet hours of a service."""
    begin, end = service.quiet_from, service.quiet_to
    local = fields.Datetime.context_timestamp(
        service.with_context(tz=service.owner_id.tz or "UTC"), now
    )
    hour = local.hour + local.minute / 60
    if begin <= end:
        return begin <= hour < end
    return hour >= begin or hour < end
