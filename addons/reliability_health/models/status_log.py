"""Changes of service statuses in the chatter of their services."""

from markupsafe import Markup

from odoo.addons.reliability.api import TROUBLED, formatting


def log_changes(statuses):
    """Log that services became degraded, interrupted, or are fine again.

    Services are shared by all companies: where there are several, the log names none of
    them.
    """
    is_alone = statuses.env["res.company"].sudo().search_count([], limit=2) == 1
    for service, changed in statuses.grouped("service_id").items():
        owner = service.owner_id
        changed = changed.with_context(lang=owner.lang, tz=owner.tz)
        logged = changed.filtered(lambda status: is_alone or status.is_shared)
        service.message_post(
            body=Markup("<b>%s</b><ul>%s</ul>")
            % (_subject(changed), Markup().join(_items(logged))),
            subtype_xmlid="mail.mt_note",
        )


def _subject(statuses):
    """Return the service and its worst state, such as "Shipping: Interrupted"."""
    return statuses.env._(
        "%(service)s: %(state)s",
        service=statuses.service_id.name,
        state=statuses._state_name(statuses._worst(statuses.mapped("state"))),
    )


def _items(statuses):
    """Yield a sentence for each alert, the worst first, or for a state without any."""
    for alert in statuses._alerts():
        yield _item(alert, alert.text)
    for status in statuses.filtered(lambda one: one.state not in TROUBLED):
        text = status.env._(
            "%(state)s since %(time)s",
            state=status._state_name(status.state),
            time=formatting.moment(status.env, status.since),
        )
        yield _item(status, text)


def _item(record, text):
    where, text = record.warehouse or record.company_id.name, formatting.paragraph(text)
    if where:
        text = record.env._("%(where)s: %(text)s", where=where, text=text)
    return Markup("<li>%s</li>") % text
