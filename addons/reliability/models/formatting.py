"""Times, durations and percentages in the language and the time zone of a user.

Durations use the symbols of the International System of Units: Babel writes "2 hr" in
English, and "2 hour" in German in its narrowest form.
"""

from datetime import UTC

import pytz
from babel.numbers import format_decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, format_time, formatLang, get_lang
from odoo.tools.misc import babel_locale_parse

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def moment(env, when):
    """Return a time of the day, with its date if that is not today.

    :param datetime when: in UTC
    """
    date = _date(env, when)
    if date == _today(env):
        return format_time(env, when, time_format="HH:mm")
    return format_datetime(env, when, dt_format=f"{_day_format(env, date)}, HH:mm")


def day(env, date):
    """Return a day: "2 Mar", with its year if that is another one."""
    return format_date(env, date, date_format=_day_format(env, date))


def zoned_moment(env, when, zone):
    """Return a time of the day as `moment` does, with the name of its time zone if
    clocks at the place in question show another time.

    :param datetime when: in UTC
    :param str zone: of the place, such as a warehouse
    """
    text = moment(env, when)
    if shows_time_of(env, when, zone):
        return text
    names = {"time": text, "zone": zone_name(_zone(env).zone)}
    return env._("%(time)s (%(zone)s)", **names)


def shows_time_of(env, when, zone):
    """Return whether the user's clock shows the time of a time zone.

    :param datetime when: in UTC
    """
    utc = when.replace(tzinfo=UTC)
    other = utc.astimezone(pytz.timezone(zone))
    return utc.astimezone(_zone(env)).utcoffset() == other.utcoffset()


def zone_name(zone):
    """Return the name of a time zone as people read it: "America/New York"."""
    return zone.replace("_", " ")


def duration(env, seconds):
    """Return a duration, with fractions of a second if it is short: "0.8 s"."""
    if seconds >= _MINUTE:
        return _whole_units(env, seconds)
    digits = 0 if seconds >= 10 else 1 if seconds >= 0.95 else 2
    return env._("%(seconds)s s", seconds=formatLang(env, seconds, digits=digits))


def since(env, when):
    """Return the duration from a moment until now.

    :param datetime when: in UTC
    """
    return _whole_units(env, (fields.Datetime.now() - when).total_seconds())


def parse_moment(env, text):
    """Return the moment that a browser has sent, in UTC.

    :param text: in Odoo's format, or a datetime
    :raise UserError: it is no moment
    """
    try:
        moment = fields.Datetime.to_datetime(text)
    except (TypeError, ValueError):
        moment = None
    if not moment:
        raise UserError(
            env._("Enter a time such as 2026-03-02 12:00:00, not %(time)s.", time=text)
        )
    return moment


def percent(env, number):
    """Return a percentage without its sign, with at most four decimals: "99.95"."""
    locale = babel_locale_parse(get_lang(env).code)
    return format_decimal(number, "#,##0.####", locale)


def counted(count, one, many):
    """Return ``one`` if the count is one, else ``many``.

    :param str many: contains the number
    """
    return one if count == 1 else many


def paragraph(*sentences):
    """Return whole sentences one after the other, each with its full stop.

    :param sentences: translated; empty ones are left out
    """
    return " ".join(
        text if text.endswith((".", "!", "?", "…")) else f"{text}."
        for text in sentences
        if text
    )


def _whole_units(env, seconds):
    """Return a duration in its two largest units, such as "2 h 10 min"."""
    _ = env._
    seconds = max(0, int(seconds))
    if seconds < _MINUTE:
        return _("%(seconds)s s", seconds=seconds)
    if seconds < _HOUR:
        return _("%(minutes)s min", minutes=seconds // _MINUTE)
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    if seconds < _DAY and not minutes:
        return _("%(hours)s h", hours=hours)
    if seconds < _DAY:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    if not hours % 24:
        return _("%(days)s d", days=hours // 24)
    return _("%(days)s d %(hours)s h", days=hours // 24, hours=hours % 24)


def _zone(env):
    return pytz.timezone(env.user.tz or "UTC")


def _day_format(env, date):
    return "d MMM" if date.year == _today(env).year else "d MMM y"


def _today(env):
    return _date(env, fields.Datetime.now())


def _date(env, when):
    return fields.Datetime.context_timestamp(env.user, when).date()
