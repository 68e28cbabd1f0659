"""Reads the values of a deployment in JSON, or refuses them in words; plain Python."""

from collections.abc import Iterable
from datetime import UTC, datetime

MAX_ENTRIES = 1000
MAX_NAME = 200
MAX_TEXT = 500
_MAX_LINK = 2000


class InvalidReport(ValueError):
    """Content that breaks its contract; its text says what to change."""


def read_object(value: dict, key: str, is_needed: bool = False) -> dict:
    """Return an object; an empty one without one.

    :raise InvalidReport: it is none, as all other functions
    """
    found = value.get(key)
    if found is None and not is_needed:
        return {}
    if not isinstance(found, dict):
        raise InvalidReport(f"{key} must be an object.")
    return found


def read_objects(value: dict, key: str) -> list[dict]:
    """Return a list of objects; an empty one without one."""
    found = value.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidReport(f"{key} must be a list of objects.")
    if len(found) > MAX_ENTRIES:
        raise InvalidReport(f"{key} must not have more than {MAX_ENTRIES} entries.")
    return found


def read_name(value: dict, key: str, is_needed: bool = True) -> str:
    """Return a text that identifies something, so it is not cut; or a number as one."""
    found = value.get(key)
    if found is None and not is_needed:
        return ""
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not found.strip():
        raise InvalidReport(f"{key} is needed.")
    if len(found) > MAX_NAME:
        raise InvalidReport(f"{key} must not have more than {MAX_NAME} characters.")
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


def read_moment(value: dict, key: str, is_needed: bool = False) -> datetime | None:
    """Return a time in UTC without fractions; as RFC 3339 or GitLab writes it."""
    text = value.get(key)
    if text is None and not is_needed:
        return None
    try:
        moment = datetime.fromisoformat(_as_iso(text))
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (TypeError, ValueError, OverflowError, AttributeError) as error:
        raise InvalidReport(
            f"{key} must be a time as in RFC 3339, such as 2026-11-27T12:00:00Z."
        ) from error


def _as_iso(text):
    """Return a time as ISO 8601 has it: without the blank before a time zone."""
    return text.replace(" UTC", "Z").replace(" +", "+").replace(" -", "-")
