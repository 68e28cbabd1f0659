"""Quoting: how JSON, HTML and URLs write text inside of text."""

import html
import json
import re
from urllib.parse import quote, unquote

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|quot|apos);")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_ESCAPE = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(["'\\/nrt]))""")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def without_entities(text: str) -> str:
    """Return text without the entities of XML and HTML, such as ``&quot;``."""
    return html.unescape(text) if "&" in text and _ENTITY.search(text) else text


def without_percents(text: str) -> str:
    """Return text without the quoting of URLs, such as ``%22``."""
    has_percents = "%" in text and _PERCENT.search(text)
    return unquote(text, errors="replace") if has_percents else text


def without_escapes(text: str) -> str:
    r"""Return text without the quoting of strings, such as ``\"`` and ``\u0022``."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def with_entities(text: str) -> str:
    """Return text as it is written between tags."""
    return html.escape(text, quote=False)


def with_percents(text: str) -> str:
    """Return text as it is written in a URL."""
    # Half a character, as logs may have it, has no code in UTF-8.
    return quote(text, safe="*:/@", errors="replace")


def with_escapes(text: str) -> str:
    """Return text as it is written in a string of JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _character(found: re.Match) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _CONTROLS.get(found[3], found[3])
