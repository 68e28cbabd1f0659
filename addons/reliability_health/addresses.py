"""Addresses of systems outside Odoo, as odoo.conf has them."""

import re
from urllib.parse import urlsplit

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")


def is_http_address(address: str) -> bool:
    """Return whether a text is an address to send requests to: http or https."""
    if _NOT_IN_URLS.search(address):
        return False
    try:
        parts = urlsplit(address)
        _port = parts.port  # raises if it is none
    except ValueError:
        return False
    has_host = bool(parts.hostname) and not parts.fragment
    return parts.scheme in ("http", "https") and has_host
