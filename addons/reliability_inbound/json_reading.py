"""Reads values of messages in JSON, or refuses them in words; plain Python."""

import contextlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

MAX_ENTRIES = 1000
"""Of each list; a sender with more leaves out the oldest."""
_MAX_LINK = 2000
_MAX_NAME = 200
"""Of what identifies something: as long as it is stored."""
MAX_TEXT = 500
_MAX_LINK = 2000
_FIRST, _LAST = datetime(2000, 1, 1), datetime(9999, 12, 30)
"""Times that can be shown in all time zones, and be a little more or less."""
_MAX_NUMBER = 2**53
"""Beyond it, JSON numbers are not exact."""


class InvalidReport(ValueError):
    """Content that breaks its contract; its text says what to change."""


def check_version(value: dict, version: int) -> None:
    """Check the key ``version``.

    :raise InvalidReport: it is another one, as all other functions
    """
    if value.get("version") != version or isinstance(value.get("version"), bool):
        raise InvalidReport(f"version must be {version}.")


def check_unique(key: str, names: list) -> None:
    """Check that a list contains nothing twice."""
    if len(set(names)) < len(names):
        raise InvalidReport(f"{key} must not contain the same twice.")


def check_unmasked(
    names: Iterable[tuple[str, str]], masked: Callable[[str], str]
) -> None:
    """Check that masking changes no name: two of them could become the same.

    :param names: keys with names
    :param masked: returns a name without secrets
    """
    for key, name in names:
        if masked(name) != name:
            raise InvalidReport(
                f"{key} must not have what looks like a secret or an address:"
                f" {masked(name)}"
            )


def read_object(value: dict, key: str, is_needed: bool = False) -> dict:
    """Return an object; an empty one if there is none."""
    found = value.get(key)
    if found is None and not is_needed:
        return {}
    if not isinstance(found, dict):
        raise InvalidReport(f"{key} must be an object.")
    return found


def read_objects(value: dict, key: str) -> list[dict]:
    """Return a list of objects; an empty one if there is none."""
    found = value.get(key)
    if found is None:
        found = []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidReport(f"{key} must be a list of objects.")
    if len(found) > MAX_ENTRIES:
        raise InvalidReport(f"{key} must not have more than {MAX_ENTRIES} entries.")
    return found


def read_name(value: dict, key: str, is_needed: bool = True) -> str:
    """Return a text that identifies something, so it is not cut; empty without one."""
    found = value.get(key)
    if found is None and not is_needed:
        return ""
    if not isinstance(found, str) or not found.strip():
        raise InvalidReport(f"{key} is needed.")
    if len(found) > _MAX_NAME:
        raise InvalidReport(f"{key} must not have more than {_MAX_NAME} characters.")
    return found


def read_text(value: dict, key: str) -> str:
    """Return a text, shortened; empty without one."""
    found = value.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise InvalidReport(f"{key} must be a text.")
    return found[:MAX_TEXT]


def read_link(value: dict, key: str) -> str:
    """Return an address, http or https; empty without one."""
    found = value.get(key)
    if found in (None, ""):
        return ""
    is_link = isinstance(found, str) and found.startswith(("http://", "https://"))
    if not is_link or len(found) > _MAX_LINK:
        raise InvalidReport(f"{key} must be a link that begins with https://.")
    return found


def read_choice(
    value: dict, key: str, choices: Iterable[str], default: str | None = None
) -> str:
    """Return one of the choices; the default without one."""
    found = value.get(key, default)
    if not isinstance(found, str) or found not in choices:
        raise InvalidReport(f"{key} must be one of {', '.join(choices)}.")
    return found


def read_yes_no_unknown(value: dict, key: str) -> bool | None:
    """Return yes or no; ``None`` if it is unknown."""
    found = value.get(key)
    if found is not None and not isinstance(found, bool):
        raise InvalidReport(f"{key} must be true, false, or null if it is unknown.")
    return found


def read_number(value: dict, key: str, is_needed: bool = False) -> int | None:
    """Return a whole number that is not negative; ``None`` without one."""
    found = value.get(key)
    if found is None and not is_needed:
        return None
    if not is_whole(found) or not 0 <= found <= _MAX_NUMBER:
        raise InvalidReport(f"{key} must be a number that is not negative.")
    return int(found)


def read_seconds(value: dict, key: str) -> float:
    """Return a duration."""
    found = value.get(key)
    if not _is_number(found) or not 0 <= found <= _MAX_NUMBER:  # NaN is not, either
        raise InvalidReport(f"{key} must be seconds that are not negative.")
    return float(found)


def read_moment(value: dict, key: str, is_needed: bool = False) -> datetime | None:
    """Return a time in UTC without fractions, earlier rather than later.

    It is written as in RFC 3339, or as GitLab does: ``2026-11-30 13:00:00 +0100``.
    """
    found = _read_any_moment(value, key, is_needed)
    if found and not _FIRST <= found <= _LAST:
        raise InvalidReport(f"{key} must be a time from 2000 until 9999-12-30.")
    return found


def read_bounded_moment(
    value: dict, key: str, is_needed: bool = False
) -> datetime | None:
    """Return what ``read_moment`` does, or the nearest time that it would not refuse.

    A certificate without an end has that of 9999-12-31.
    """
    found = _read_any_moment(value, key, is_needed)
    return found and min(max(found, _FIRST), _LAST)


def _read_any_moment(value, key, is_needed):
    text = value.get(key)
    if text is None and not is_needed:
        return None
    try:
        moment = datetime.fromisoformat(_as_iso(text))
        if moment.tzinfo is None:
            raise ValueError("no time zone")
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidReport(
            f"{key} must be a time as in RFC 3339, such as 2026-11-27T12:00:00Z."
        ) from error
    with contextlib.suppress(OverflowError):  # at an end of the calendar
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None, microsecond=0)


def _as_iso(text):
    """Return a time as ISO 8601 has it: without the blank before a time zone."""
    return text.replace(" UTC", "Z").replace(" +", "+").replace(" -", "-")


def is_whole(value: object) -> bool:
    """Return whether a value is a whole number; JSON of some tools has 16777216.0."""
    return _is_number(value) and abs(value) <= _MAX_NUMBER and value == int(value)


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)
