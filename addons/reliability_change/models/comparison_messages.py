"""Sentences about what is worse or better since a deployment, without a full stop."""

from odoo.tools import LazyTranslate, formatLang

from odoo.addons.reliability.api import formatting

from ..comparison import DURATION, ERRORS, QUERIES, REFUSALS

_lt = LazyTranslate(__name__)

SENTENCES = {
    ERRORS: _lt(
        "%(operation)s fails in %(after)s %% of calls since %(since)s,"
        " %(before)s %% before"
    ),
    REFUSALS: _lt(
        "%(operation)s is rejected in %(after)s %% of calls since %(since)s,"
        " %(before)s %% before"
    ),
    QUERIES: _lt(
        "%(operation)s makes %(after)s queries since %(since)s, %(before)s before"
    ),
    DURATION: _lt("%(operation)s takes %(after)s since %(since)s, %(before)s before"),
}
"""Measure → its sentence, in which a call has so many queries and takes so long."""


def describe(env, measure, operation, since, before, after):
    """Return a difference in the language of the user.

    :param str operation: its code
    :param datetime since: the begin of the calls after, in UTC
    :param before, after: as `comparison.Result` has them
    """
    values = {
        "operation": env["reliability.display.names"]._display_name_of(operation),
        "since": formatting.moment(env, since),
        "before": _value(env, measure, before),
        "after": _value(env, measure, after),
    }
    return env._(SENTENCES[measure]) % values


def _value(env, measure, value):
    """Return a value with as many digits as a reader needs."""
    if measure in (ERRORS, REFUSALS):
        return _short(env, 100 * value)
    if measure == QUERIES:
        return _short(env, value)
    if value < 0.1:
        return env._("%(milliseconds)s ms", milliseconds=_short(env, 1000 * value))
    return formatting.duration(env, value)


def _short(env, number):
    """Return a number with a decimal only where it is small."""
    number = round(number, 1 if number < 10 else 0)
    return formatLang(env, number, digits=0 if number == int(number) else 1)
