"""The normal form of a setting: the same for all spellings of a value; plain Python.

Else quotes, units or the order of a list would be reported as differences.  Units are
PostgreSQL's: ``8GB``, ``8192MB`` and 1048576 pages of 8 kB are the same.
"""

import re
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation

TEXT, BOOLEAN, NUMBER, SIZE, DURATION, SET = (
    "text",
    "boolean",
    "number",
    "size",
    "duration",
    "set",
)
"""Kinds of values.  A set is a list in which neither order nor repetition matters: not
``addons_path`` or ``search_path``, where the first one wins."""

_TRUE = {"1", "on", "t", "true", "y", "yes"}
_FALSE = {"0", "off", "f", "false", "n", "no"}
_BYTES = {"B": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_MICROSECONDS = {
    "us": 1,
    "ms": 1000,
    "s": 10**6,
    "min": 60 * 10**6,
    "h": 3600 * 10**6,
    "d": 86400 * 10**6,
}
_AMOUNT = re.compile(r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(.*)")
_BASE_UNIT = re.compile(r"([0-9]*)([A-Za-z]+)")
_MAX_DIGITS = 100
"""Before and after the point; a longer number is a text."""
_EXACT = Context(prec=4 * _MAX_DIGITS)


def normal_form(value: object, kind: str = TEXT, unit: str = "") -> str:
    """Return the normal form of a value.

    What is not of its kind, such as a size in unknown units, is a text.

    :param value: ``None`` is the empty text
    :param kind: one of the kinds above
    :param unit: of sizes and durations that have none, as ``pg_settings`` names it,
        such as ``8kB``
    """
    if isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = "" if value is None else _unquoted(str(value))
    try:
        return _FORMS[kind](text, unit)
    except (ValueError, InvalidOperation):
        return text


def kind_of_setting(vartype: str, unit: str | None) -> str:
    """Return the kind of a setting of PostgreSQL.

    :param vartype, unit: columns of ``pg_settings``
    """
    if unit:
        base = _BASE_UNIT.fullmatch(unit)
        if base and base[2] in _BYTES:
            return SIZE
        if base and base[2] in _MICROSECONDS:
            return DURATION
    return {"bool": BOOLEAN, "integer": NUMBER, "real": NUMBER}.get(vartype, TEXT)


def _unquoted(text):
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


def _boolean(text, _unit):
    if text.lower() in _TRUE:
        return "true"
    return "false" if text.lower() in _FALSE else text


def _number(text, _unit=""):
    number = Decimal(text)
    is_long = len(number.as_tuple().digits) > _MAX_DIGITS
    if not number.is_finite() or is_long or abs(number.adjusted()) > _MAX_DIGITS:
        raise ValueError(text)
    return f"{number.normalize(_EXACT):f}" if number else "0"  # which may be negative


def _amount_in(factors: dict[str, int], name: str) -> Callable[[str, str], str]:
    def normalised(text, unit):
        found = _AMOUNT.fullmatch(text)
        if not found:
            return text
        number, own_unit = Decimal(found[1]), found[2]
        if number < 0 or not number:  # such as -1, which is no size
            return _number(found[1])
        base = _BASE_UNIT.fullmatch(own_unit or unit)
        if not base or base[2] not in factors:
            return text
        amount = _EXACT.multiply(number, int(base[1] or 1) * factors[base[2]])
        return f"{_number(amount)} {name}"

    return normalised


def _set(text, _unit):
    parts = {_unquoted(part) for part in text.split(",")}
    return ",".join(sorted(part for part in parts if part))


_FORMS = {
    TEXT: lambda text, _unit: text,
    BOOLEAN: _boolean,
    NUMBER: _number,
    SIZE: _amount_in(_BYTES, "B"),
    DURATION: _amount_in(_MICROSECONDS, "us"),
    SET: _set,
}
