"""OpenSLO v1 as data: its words, and what they are in Odoo.

Source: the specification at https://github.com/OpenSLO/OpenSLO (README of v1).
"""

import re
from datetime import datetime, timedelta

from ..objective import AT_LEAST, AT_MOST, EVENTS, RATIO_SLICES, SLICES
from ..window import CALENDAR, ROLLING, period

OPENSLO, RELIABILITY = "openslo/v1", "reliability/v1"
"""Versions of documents: of the standard, and of what it has no kind for."""
SERVICE, SLO, SLI, OPERATION = "Service", "SLO", "SLI", "Operation"
DATA_SOURCE = "DataSource"
POLICY, CONDITION, TARGET = "AlertPolicy", "AlertCondition", "AlertNotificationTarget"
KINDS = {
    OPENSLO: (SERVICE, SLO, SLI, POLICY, CONDITION, TARGET, DATA_SOURCE),
    RELIABILITY: (OPERATION,),
}
PREFIX = "reliability/"
"""Begins the names of our annotations."""
SOURCE = "Odoo"
"""The type of the metric source that Odoo is."""
METHODS = {"Occurrences": EVENTS, "Timeslices": SLICES, "RatioTimeslices": RATIO_SLICES}
OPERATORS = {"lte": AT_MOST, "gte": AT_LEAST}
MAX_NAME, MAX_DESCRIPTION = 63, 1050
"""The longest display name and description, in characters."""

_DAY = timedelta(days=1)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": _DAY,
    "w": 7 * _DAY,
    "M": 30 * _DAY,
    "Q": 90 * _DAY,
    "Y": 365 * _DAY,
}
CALENDAR_DURATIONS = {"week": "1w", "month": "1M", "quarter": "1Q"}
"""Window → its duration; the same number of days is another window."""
CALENDAR_START = "2024-01-01 00:00:00"
"""A Monday, on which a week, a month and a quarter begin."""
assert {*CALENDAR_DURATIONS} == {*CALENDAR}

_CODE = re.compile(r"[a-z][a-z0-9_]{1,62}")
_RESERVED = ("mixed", "other")
_DURATION = re.compile(r"([1-9][0-9]{0,5})([mhdwMQY])")


def code(name: str) -> str:
    """Return the code that a name is in Odoo, or an empty text if it is none.

    Names in OpenSLO have hyphens where codes have underscores; both are understood.
    """
    text = name.replace("-", "_")
    return text if _CODE.fullmatch(text) and text not in _RESERVED else ""


def name(code: str) -> str:
    """Return the name that a code is in OpenSLO."""
    return code.replace("_", "-")


def duration(text: str) -> timedelta | None:
    """Return the length that a text such as ``4w`` means, or ``None``."""
    if not (match := _DURATION.fullmatch(text)):
        return None
    return int(match[1]) * _UNITS[match[2]]


def rolling(length: timedelta) -> str:
    """Return the rolling window of a length, or an empty text without one."""
    days = {timedelta(days=days): code for code, days in ROLLING.items()}
    return days.get(length, "")


def begins(window: str, start: str) -> bool:
    """Return whether a calendar window begins at a time.

    :param start: such as ``2024-01-01 00:00:00``
    """
    try:
        begin = datetime.strptime(start, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return False
    return period(window, begin, "UTC").begin == begin


def minutes(length: timedelta) -> str:
    """Return a length of whole minutes in the largest unit up to days."""
    for unit in "dh":
        if not length % _UNITS[unit]:
            return f"{length // _UNITS[unit]}{unit}"
    return f"{length // _UNITS['m']}m"
