"""Times and spans in the words that people use."""

from odoo import fields
from odoo.tools import format_datetime, format_time, formatLang

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def moment(env, when):
    """Return a moment as this user says it, without the date where it is today's.

    :param datetime when: in UTC
    """
    if _day(env, when) == _day(env, fields.Datetime.now()):
        return format_time(env, when, time_format="HH:mm")
    return format_datetime(env, when, dt_format="d MMM, HH:mm")


def span(env, seconds):
    """Return how long something takes or waits, such as "2 h 10 min"."""
    _ = env._
    seconds = max(0, int(seconds))
    if seconds < _MINUTE:
        return _("%(seconds)s s", seconds=seconds)
    if seconds < _HOUR:
        return _("%(minutes)s min", minutes=seconds // _MINUTE)
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    if seconds < _DAY:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return _("%(days)s d %(hours)s h", days=hours // 24, hours=hours % 24)


def duration(env, seconds):
    """Return how long something takes, also where it is short: "0.8 s"."""
    if seconds >= _MINUTE:
        return span(env, seconds)
    digits = 0 if seconds >= 10 else 1 if seconds >= 0.95 else 2
    return env._("%(seconds)s s", seconds=formatLang(env, seconds, digits=digits))


def since(env, when):
    """Return how long ago a moment is."""
    return span(env, (fields.Datetime.now() - when).total_seconds())


def counted(count, one, many):
    """Return the words for one thing, or those for none and for several.

    :param str many: with the number in it
    """
    return one if count == 1 else many


def _day(env, when):
    return fields.Datetime.context_timestamp(env.user, when).date()
