"""What a finding says: one sentence, as a template and its values; plain Python."""

from collections.abc import Callable
from typing import NamedTuple

from .comparison import DURATION, ERRORS, QUERIES, REFUSALS, Result

TEMPLATES = {
    ERRORS: "%(operation)s fails in %(after)s of calls since %(since)s,"
    " %(before)s before",
    REFUSALS: "%(operation)s is rejected in %(after)s of calls since %(since)s,"
    " %(before)s before",
    QUERIES: "%(operation)s makes %(after)s queries since %(since)s, %(before)s before",
    DURATION: "%(operation)s takes %(after)s since %(since)s, %(before)s before",
}
"""Measure → its sentence, in which a call has so many queries and takes so long."""


class Message(NamedTuple):
    """A sentence that is still to be translated.

    :ivar template: of `TEMPLATES`
    :ivar values: name → text
    """

    template: str
    values: dict[str, str]


def message(
    result: Result,
    operation: str,
    since: str,
    as_text: Callable[[str, float], str] | None = None,
) -> Message:
    """Return the sentence of a finding.

    :param operation: its display name
    :param since: the time of day, or date and time, from which calls were compared
    :param as_text: returns a value of a measure as text, in the language of a reader;
        in English unless it is given
    """
    as_text = as_text or in_english
    values = {
        "operation": operation,
        "since": since,
        "before": as_text(result.measure, result.before),
        "after": as_text(result.measure, result.after),
    }
    return Message(TEMPLATES[result.measure], values)


def in_english(measure: str, value: float) -> str:
    """Return a value with its unit, and with as many digits as a reader needs."""
    if measure in (ERRORS, REFUSALS):
        return f"{_short(100 * value)} %"
    if measure == QUERIES:
        return _short(value)
    return f"{_short(value)} s" if value >= 1 else f"{_short(1000 * value)} ms"


def _short(number):
    """Return a number with a decimal only where it is small."""
    text = f"{number:.1f}" if number < 10 else f"{number:.0f}"
    return text.removesuffix(".0")
