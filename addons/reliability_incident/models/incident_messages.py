"""What people are told of an incident, in their language."""

from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from odoo.tools import hash_sign

from odoo.addons.reliability.api import formatting

from .. import plan
from ..lifecycle import OPEN
from ..tiers import PAGE

ACKNOWLEDGE_SCOPE = "reliability.incident.acknowledge"
ACKNOWLEDGE_ROUTE = "/reliability/incident/acknowledge"
_LINK_HOURS = 24
_MAX_LINES = 10


class Message(NamedTuple):
    """What one person is told.

    :ivar subject: what has happened, in one line
    :ivar html: a line for each alert, and for each kind of affected records
    :ivar links: to the incident, and to acknowledge it
    """

    subject: str
    html: Markup
    links: Markup

    @property
    def with_title(self) -> Markup:
        """The subject and the lines."""
        return Markup("<b>%s</b>%s") % (self.subject, self.html)


def compose(incident, event, user):
    """Return what to tell a person.

    :param incident: with the person's language and time zone
    :param event: one of :data:`..plan.EVENTS`
    :rtype: Message
    """
    lines = _lines(incident, event)
    items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
    links = _links(incident, user)
    return Message(_headline(incident, event), Markup("<ul>%s</ul>") % items, links)


def _headline(incident, event):
    """Return the service and what has happened to it."""
    _ = incident.env._
    named = {
        "service": incident.service_id.name or incident.title or "",
        "incident": incident.number,
    }
    if event == plan.OVER:
        return _("%(service)s: restored (%(incident)s)", **named)
    if event == plan.ESCALATED:
        return _("%(service)s: nobody has acknowledged %(incident)s", **named)
    if incident.tier == PAGE:
        return _("%(service)s: interrupted (%(incident)s)", **named)
    return _("%(service)s: degraded (%(incident)s)", **named)


def _lines(incident, event):
    """Return a sentence for each alert, or when it began and ended; and the impact."""
    if event == plan.OVER:
        return [_period(incident), *impacts_at_worst(incident)]
    evidence = incident.evidence_ids
    lines = [_line(one) for one in first_alerts(incident, _MAX_LINES)]
    more = len(evidence) - len(lines)
    if more > 0:
        lines.append(
            formatting.counted(
                more,
                incident.env._("One more alert"),
                incident.env._("%(count)s more alerts", count=more),
            )
        )
    lines = lines or [incident.title or incident.service_id.name or ""]
    affected = incident.impact_ids.filtered("count")
    return [*lines, *(_at_site(one, one.text) for one in affected)]


def first_alerts(incident, count):
    """Return so many alerts of an incident; the text of no other is computed."""
    found = incident.evidence_ids[:count]
    return found.with_prefetch(found.ids)


def impacts_at_worst(incident):
    """Return a phrase for each kind of records that an incident has affected."""
    return [_at_site(one, one.text_at_worst or one.text) for one in incident.impact_ids]


def _line(evidence):
    """Return a sentence about a company and a warehouse."""
    return _at_site(evidence, formatting.paragraph(evidence.text))


def _at_site(row, text):
    """Return a text with the warehouse or the company that it is about."""
    where = row.warehouse or row.company_id.name
    if not where:
        return text
    return row.env._("%(where)s: %(text)s", where=where, text=text)


def _period(incident):
    env = incident.env
    begin = incident.began_at or incident.detected_at
    end = incident.restored_at or incident.closed_at
    return env._(
        "From %(begin)s to %(end)s, for %(time)s",
        begin=formatting.moment(env, begin),
        end=formatting.moment(env, end),
        time=formatting.duration(env, (end - begin).total_seconds()),
    )


def _links(incident, user):
    base, env = incident.get_base_url(), incident.env
    links = [(f"{base}/odoo/reliability-incidents/{incident.id}", incident.number)]
    if incident.state == OPEN:
        token = hash_sign(
            env, ACKNOWLEDGE_SCOPE, [incident.id, user.id], expiration_hours=_LINK_HOURS
        )
        url = f"{base}{ACKNOWLEDGE_ROUTE}?{urlencode({'token': token})}"
        links.append((url, env._("Acknowledge")))
    items = (Markup('<a href="%s">%s</a>') % link for link in links)
    return Markup("<p>%s</p>") % Markup(" · ").join(items)
