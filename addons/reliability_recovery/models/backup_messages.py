"""Sentences for what is wrong with backups, and what to do about it."""

from odoo import fields
from odoo.tools import formatLang

from odoo.addons.reliability.api import formatting

from .. import checks


def describe(backup_set, problem):
    """Return a problem of a set in the user's language, without a full stop.

    :param Problem problem: of :mod:`..checks`
    """
    env = backup_set.env
    since = problem.since and formatting.moment(env, problem.since)
    values = {"name": backup_set.name, "time": since, **problem.values}
    sizes = {
        name: formatLang(env, problem.values[name], digits=1)
        for name in ("size", "usual")
        if name in problem.values
    }
    return _sentence(env, problem.cause, values | sizes)


def describe_exposure(env, service, values):
    """Return in words that the recovery point objective of a service is not met.

    :param dict values: of the alert: ``contents``, ``rpo`` in minutes, and the newest
        ``point`` as text, empty if there is none
    """
    is_database = values["contents"] == "database"
    names = {
        "service": service,
        "rpo": formatting.duration(env, values["rpo"] * 60),
    }
    if not values["point"]:
        return (
            env._(
                "%(service)s must not lose more than %(rpo)s, but no backup of the"
                " database that can be restored is reported: set up"
                " reliability_backups",
                **names,
            )
            if is_database
            else env._(
                "%(service)s must not lose more than %(rpo)s, but no copy of the"
                " filestore that can be restored is reported: set up"
                " reliability_backups",
                **names,
            )
        )
    point = fields.Datetime.to_datetime(values["point"])
    names["time"] = formatting.moment(env, point)
    return (
        env._(
            "%(service)s must not lose more than %(rpo)s, but the database can be"
            " restored only to %(time)s: check its backups and its WAL archive",
            **names,
        )
        if is_database
        else env._(
            "%(service)s must not lose more than %(rpo)s, but the filestore can be"
            " restored only to %(time)s: copy it more often",
            **names,
        )
    )


def _sentence(env, cause, values):
    _ = env._
    if cause == checks.SILENT:
        return _(
            "No report about the backups of %(name)s is newer than %(time)s: check the"
            " timer of reliability_backups",
            **values,
        )
    if cause == checks.NEVER:
        return _(
            "%(name)s has no backup without error: read the log of its backup tool",
            **values,
        )
    if cause == checks.TOO_OLD:
        return _(
            "The last backup of %(name)s without error ended %(time)s: make one, and"
            " check its timer",
            **values,
        )
    if cause == checks.FAILED:
        return _(
            "The last backup of %(name)s is not good, make another one: %(error)s",
            **values,
        )
    if cause == checks.SMALL:
        return _(
            "The last backup of %(name)s has %(size)s MB, usual are %(usual)s MB: check"
            " what is missing in it",
            **values,
        )
    if cause == checks.WAL_GAP:
        return _(
            "WAL segment %(missing)s of %(name)s is missing, and nothing that needs it"
            " can be restored: make a full backup",
            **values,
        )
    if cause == checks.REPOSITORY:
        return _(
            "The backup tool of %(name)s has a problem with its repository, correct it:"
            " %(error)s",
            **values,
        )
    if cause == checks.NOT_ELSEWHERE:
        return _(
            "No recent backup of %(name)s is elsewhere: copy it to another site",
            **values,
        )
    if cause == checks.ELSEWHERE_UNKNOWN:
        return _(
            "It is unknown whether a backup of %(name)s is elsewhere: name its"
            " repository with --elsewhere, or copy it to another site",
            **values,
        )
    if cause == checks.NOT_ENCRYPTED:
        return _(
            "Backups of %(name)s are not encrypted: encrypt their repository", **values
        )
    if cause == checks.ENCRYPTED_UNKNOWN:
        return _(
            "It is unknown whether the backups of %(name)s are encrypted: check it, and"
            " change what is expected of them if they need not be",
            **values,
        )
    return _(
        "The backups of %(name)s reach less far back than they must: check what"
        " deletes them",
        **values,
    )
