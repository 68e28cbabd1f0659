"""Words for drills: why one has failed, what was lost, which objectives it has met."""

from datetime import timedelta

from odoo.addons.reliability.api import formatting

from .. import drill_result
from ..drill_contract import DROP, FAILED


def title_of_check(env, code):
    """Return what people call a check; its code if it is none of ours."""
    _ = env._
    titles = {
        "isolation": _("Isolation"),
        "wal": _("Archived WAL"),
        "identity": _("Identity"),
        "heartbeat": _("Heartbeat"),
        "pages": _("Tables and Indexes"),
        "manifest": _("Manifest"),
        "stock": _("Stock"),
        "entries": _("Journal Entries"),
        "sequences": _("Sequences"),
        "attachments": _("Attachments"),
        "code": _("Code"),
        "login": _("Log in"),
        "read": _("Read Deliveries"),
        "delivery": _("Create and Cancel a Delivery"),
    }
    return titles.get(code, code)


def describe_problem(drill):
    """Return what is wrong with a drill, without a full stop; empty if nothing is."""
    env = drill.env
    _ = env._
    values = {"time": formatting.moment(env, drill.declared_at)}
    if drill.reason == drill_result.OTHER_DATABASE:
        return _(
            "The restore drill of %(time)s has restored another database, with the"
            " database.uuid %(uuid)s: name the right one",
            uuid=drill.database_uuid,
            **values,
        )
    if drill.reason == drill_result.UNKNOWN_DATABASE:
        return _(
            "The restore drill of %(time)s has not found out which database it has"
            " restored, so it proves nothing: look for database.uuid in the backup",
            **values,
        )
    if drill.reason == drill_result.CHECK:
        check = drill.check_ids.filtered(lambda one: one.result == FAILED)[:1]
        return _(
            "The restore drill of %(time)s has failed at the check %(check)s:"
            " %(found)s",
            check=check.title,
            found=check.found or "",
            **values,
        )
    if drill.reason == drill_result.NOT_USABLE:
        return _(
            "The restore drill of %(time)s ended before anybody could work with what"
            " was restored: see its phases",
            **values,
        )
    return _describe_error(drill, values)


def _describe_error(drill, values):
    """Return the error of a drill; empty if there is none."""
    values |= {"phase": drill._phase_name(), "error": drill.error or ""}
    if drill.reason == drill_result.ERROR:
        return drill.env._(
            "The restore drill of %(time)s has failed in the phase %(phase)s:"
            " %(error)s",
            **values,
        )
    if drill.error_phase == DROP:
        return drill.env._(
            "The restore drill of %(time)s has passed, but could not delete what it"
            " has restored: %(error)s",
            **values,
        )
    return ""


def describe_loss(env, loss):
    """Return how much would have been lost.

    :param loss: a timedelta; ``None`` if it is unknown
    """
    if loss is None:
        return env._("Unknown")
    return formatting.duration(env, loss.total_seconds())


def describe_point_objective(drill, service, minutes):
    """Return in words what a drill says of the RPO of a service.

    :param str service: its name
    :param int minutes: its RPO
    :return: the sentence, without a full stop, and whether it is met, missed or unknown
    """
    objective = timedelta(minutes=minutes)
    env, values = drill.env, _values_of(drill, service, objective)
    if drill.reason:
        text = env._(
            "%(service)s must not lose more than %(objective)s, and the restore drill"
            " of %(time)s has not achieved it",
            **values,
        )
        return text, drill_result.MISSED
    losses = drill._losses()
    found = drill_result.compare(losses, objective)
    if found == drill_result.UNKNOWN:
        text = env._(
            "%(service)s must not lose more than %(objective)s, and how much the"
            " restore drill of %(time)s has lost is unknown, since heartbeats are"
            " missing in what was restored",
            **values,
        )
        return text, found
    known = max(loss for loss in losses if loss is not None)
    values["achieved"] = formatting.duration(env, known.total_seconds())
    text = (
        env._(
            "%(service)s must not lose more than %(objective)s, and the restore drill"
            " of %(time)s has lost %(achieved)s: back up more often",
            **values,
        )
        if found == drill_result.MISSED
        else env._(
            "%(service)s must not lose more than %(objective)s, and the restore drill"
            " of %(time)s has lost %(achieved)s",
            **values,
        )
    )
    return text, found


def describe_time_objective(drill, service, minutes):
    """Return in words what a drill says of the RTO of a service.

    :param str service: its name
    :param int minutes: its RTO
    :return: the sentence, without a full stop, and whether it is met or missed
    """
    objective = timedelta(minutes=minutes)
    env, values = drill.env, _values_of(drill, service, objective)
    if drill.reason:
        text = env._(
            "The recovery of %(service)s must not take longer than %(objective)s, and"
            " the restore drill of %(time)s has not achieved it",
            **values,
        )
        return text, drill_result.MISSED
    taken = timedelta(seconds=drill.rto_seconds)
    values["achieved"] = formatting.duration(env, taken.total_seconds())
    found = drill_result.compare([taken], objective)
    text = (
        env._(
            "The recovery of %(service)s must not take longer than %(objective)s, and"
            " the restore drill of %(time)s has taken %(achieved)s: see its phases",
            **values,
        )
        if found == drill_result.MISSED
        else env._(
            "The recovery of %(service)s must not take longer than %(objective)s, and"
            " the restore drill of %(time)s has taken %(achieved)s",
            **values,
        )
    )
    return text, found


def _values_of(drill, service, objective):
    return {
        "service": service,
        "objective": formatting.duration(drill.env, objective.total_seconds()),
        "time": formatting.moment(drill.env, drill.declared_at),
    }
