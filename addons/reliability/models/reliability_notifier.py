"""Telling people that a service is degraded, interrupted, or fine again: once each.

What people know is kept with each condition.  In quiet hours nothing is said; what is
still so when they are over is said then.
"""

import logging
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import str2bool

from ..telemetry.evaluation import FINE, STATES
from . import formatting
from .reliability_service_status import TROUBLED

_logger = logging.getLogger(__name__)

_ACTIVITY = "reliability.activity_trouble"


class ReliabilityNotifier(models.AbstractModel):
    _name = "reliability.notifier"
    _description = "Telling Who Is to Be Told"

    @api.model
    def _log_changes(self, conditions):
        """Write changes down with their services, where people can read how it was.

        Services are of all companies: where there are several, nothing is told there of
        any one of them.
        """
        is_alone = self.env["res.company"].sudo().search_count([], limit=2) == 1
        for service, changed in conditions.grouped("service_id").items():
            spoken = {"lang": service.owner_id.lang, "tz": service.owner_id.tz}
            ours, changed = (
                service.with_context(**spoken),
                changed.with_context(**spoken),
            )
            ours.message_post(
                body=_message(
                    _subject(ours, changed),
                    _lines(changed.filtered(lambda of: is_alone or of.is_shared)),
                ),
                subtype_xmlid="mail.mt_note",
            )

    @api.model
    def _notify_changes(self, now):
        """Tell of each service what people do not know yet.

        :param datetime now: in UTC
        """
        if self._is_copy():
            return
        changed = defaultdict(lambda: self.env["reliability.service.status"])
        for condition in self.env["reliability.service.status"].search([]):
            if self._is_news(condition):
                changed[condition.service_id] |= condition
        for service, conditions in changed.items():
            self._tell(service, conditions, now)

    @api.model
    def _is_copy(self):
        """Say whether this is a neutralized copy, which is silent."""
        parameters = self.env["ir.config_parameter"].sudo()
        return str2bool(parameters.get_param("database.is_neutralized", "False"))

    @api.model
    def _is_news(self, condition):
        """Say whether people know another state.

        That nobody works any more, after trouble, is no recovery.
        """
        known = condition.notified_state or FINE
        if condition.state in TROUBLED:
            return condition.state != known
        return condition.state == FINE and known in TROUBLED

    @api.model
    def _tell(self, service, conditions, now):
        """Tell of changes of one service, in one message to each person.

        Everybody hears of his own companies, and of what is of no company.
        """
        if _is_quiet(service, now):
            return
        heard = []
        for user in service.notify_user_ids or service.owner_id:
            theirs = conditions.filtered(
                lambda of, user=user: (
                    not of.company_id or of.company_id in user.company_ids
                )
            )
            if user.active and theirs:
                heard.append(self._notify_user(service, theirs, user))
        if heard and not any(heard):
            return  # nobody knows it: it is tried again
        for condition in conditions:
            condition.notified_state = condition.state

    @api.model
    def _notify_user(self, service, conditions, user):
        """Tell one person; that it fails must not keep others from being told.

        :return: whether he has been told, in one way at least
        """
        spoken = {"lang": user.lang, "tz": user.tz}
        service = service.with_context(**spoken)
        conditions = conditions.with_context(**spoken)
        subject, lines = _subject(service, conditions), _lines(conditions)
        wanted = told = 0
        for is_wanted, tell in (
            (service.notify_by_activity, self._notify_by_activity),
            (service.notify_by_chat, self._notify_by_chat),
            (service.notify_by_mail, self._notify_by_mail),
        ):
            if not is_wanted:
                continue
            wanted += 1
            try:
                with self.env.cr.savepoint():
                    tell(service, user, subject, lines)
                told += 1
            except Exception:
                _logger.exception("%s could not be told of %s", user.login, subject)
        return told or not wanted

    @api.model
    def _notify_by_activity(self, service, user, subject, lines):
        """Leave one activity for each service in trouble; done once it is fine in all
        companies of the user."""
        body = _html(lines)
        theirs = service.status_ids.filtered(
            lambda of: not of.company_id or of.company_id in user.company_ids
        )
        open_one = service.activity_search([_ACTIVITY], user_id=user.id)
        if not any(of.state in TROUBLED for of in theirs):
            open_one.action_feedback(feedback=subject)
        elif open_one:
            open_one.write({"summary": subject, "note": body})
        else:
            service.activity_schedule(
                _ACTIVITY, user_id=user.id, summary=subject, note=body
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


def _subject(service, conditions):
    """Return what has become of a service, such as "Shipping: interrupted"."""
    worst = conditions._worst(conditions.mapped("state"))
    return service.env._(
        "%(service)s: %(state)s",
        service=service.name,
        state=conditions._state_name(worst).lower(),
    )


def _lines(conditions):
    """Return a sentence for each place, the worst first."""
    lines = []
    for condition in conditions.sorted(lambda of: STATES.index(of.state), reverse=True):
        text = condition._describe() or condition.env._(
            "%(state)s since %(time)s",
            state=condition._state_name(condition.state),
            time=formatting.moment(condition.env, condition.since),
        )
        place = condition.warehouse or condition.company_id.name
        lines.append(f"{place}: {text}." if place else f"{text}.")
    return lines


def _message(subject, lines):
    return Markup("<b>%s</b>%s") % (subject, _html(lines))


def _html(lines):
    items = (Markup("<li>%s</li>") % line for line in lines)
    return Markup("<ul>%s</ul>") % Markup().join(items)


def _is_quiet(service, now):
    """Say whether it is a time of the day at which nobody is told."""
    begin, end = service.quiet_from, service.quiet_to
    local = fields.Datetime.context_timestamp(
        service.with_context(tz=service.owner_id.tz or "UTC"), now
    )
    hour = local.hour + local.minute / 60
    if begin <= end:
        return begin <= hour < end
    return hour >= begin or hour < end
