"""Keys of settings: what a setting belongs to, and which of its attributes it is.

``sale.send_invoice_cron: active`` is one of a scheduled action, ``workers`` one of
nothing else.  Plain Python.
"""

_SEPARATOR = ": "


def key_of(subject: str, attribute: str) -> str:
    """Return the key of an attribute."""
    return f"{subject}{_SEPARATOR}{attribute}"


def split(key: str) -> tuple[str, str]:
    """Return the subject and the attribute of a key; the latter may be empty."""
    subject, separator, attribute = key.rpartition(_SEPARATOR)
    return (subject, attribute) if separator else (key, "")
