"""What alerts say about settings that differ from the baseline."""

from odoo.addons.reliability.api import formatting

from ..drift import NOT_FOUND, SALT_REPLACED, STALE
from ..drift_cause import GONE, PENDING_RESTART, SWITCHED_OFF, TEST_MODE


def _values(env, alert):
    user = env["res.users"].sudo().browse(alert.values.get("user") or []).exists()
    return {
        "name": alert.values["name"],
        "user": user.name,
        "time": formatting.moment(env, alert.since),
    }


def _describe_test_mode(env, alert):
    values = _values(env, alert)
    if values["user"]:
        return env._(
            "%(name)s was set to test mode by %(user)s at %(time)s: set it back to"
            " production",
            **values,
        )
    return env._(
        "%(name)s is in test mode since %(time)s: set it back to production", **values
    )


def _describe_switched_off(env, alert):
    values = _values(env, alert)
    if values["user"]:
        return env._(
            "The scheduled action %(name)s was switched off by %(user)s at %(time)s:"
            " switch it on, or accept it",
            **values,
        )
    return env._(
        "The scheduled action %(name)s is switched off since %(time)s: switch it on, or"
        " accept it",
        **values,
    )


def _describe_gone(env, alert):
    values = _values(env, alert)
    if values["user"]:
        return env._(
            "The mail server %(name)s was removed by %(user)s at %(time)s: set it up"
            " again, or accept it",
            **values,
        )
    return env._(
        "The mail server %(name)s is gone since %(time)s: set it up again, or accept"
        " it",
        **values,
    )


def _describe_pending_restart(env, alert):
    return env._(
        "PostgreSQL waits for a restart since %(time)s to use new values of:"
        " %(settings)s",
        time=formatting.moment(env, alert.since),
        settings=alert.values["after"].replace(",", ", "),
    )


DESCRIBED = {
    TEST_MODE: _describe_test_mode,
    SWITCHED_OFF: _describe_switched_off,
    GONE: _describe_gone,
    PENDING_RESTART: _describe_pending_restart,
}
"""Cause → function of an environment and an alert."""


def describe_other(env, source, alert):
    """Return how many settings of a source differ.

    :param str source: its name
    """
    values = {
        "name": source,
        "count": alert.count,
        "time": formatting.moment(env, alert.since),
    }
    return formatting.counted(
        alert.count,
        env._(
            "%(name)s: 1 setting differs from the baseline since %(time)s: set it"
            " back, or accept it",
            **values,
        ),
        env._(
            "%(name)s: %(count)s settings differ from the baseline since %(time)s:"
            " set them back, or accept them",
            **values,
        ),
    )


def describe_unread(env, source, alert):
    """Return why it is not known whether settings of a source differ."""
    problem = alert.values["problem"]
    values = {"name": source, "time": formatting.moment(env, alert.since)}
    if problem == STALE:
        return env._(
            "%(name)s: settings were last read at %(time)s, so nobody knows whether"
            " they differ from the baseline",
            **values,
        )
    if problem == NOT_FOUND:
        return env._(
            "%(name)s: settings are gone since %(time)s, as the app was uninstalled or"
            " odoo.conf does not name them any more",
            **values,
        )
    if problem == SALT_REPLACED:
        return env._(
            "%(name)s: secrets have another salt since %(time)s and cannot be compared:"
            " take a new baseline",
            **values,
        )
    return env._(
        "%(name)s: settings cannot be read since %(time)s, so nobody knows whether"
        " they differ from the baseline (%(error)s)",
        error=problem,
        **values,
    )
