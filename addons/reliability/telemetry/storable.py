"""Text that PostgreSQL, JSON and UTF-8 can hold.

Text of others, such as the answer of a partner system or the label of a call, may
contain half of a surrogate pair, which UTF-8 has no bytes for, or NUL, which PostgreSQL
refuses.  One such character would make a database refuse all that is stored with it.
"""

from typing import Any

_REPLACEMENT = "\ufffd"


def storable(value: Any) -> Any:
    """Return a value in which U+FFFD replaces each character that cannot be stored.

    Two halves side by side become the character that they are.

    :param value: a text, or texts in tuples, lists and the keys and values of dicts;
        anything else is returned as it is
    """
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, tuple):
        return tuple(storable(item) for item in value)
    return value


def shortened(text: str, max_bytes: int) -> str:
    """Return the beginning of a text, as many whole characters as fit.

    :param max_bytes: in UTF-8, which indexes of PostgreSQL are limited by
    """
    return text.encode()[:max_bytes].decode(errors="ignore")


def _storable_text(text: str) -> str:
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", _REPLACEMENT)
