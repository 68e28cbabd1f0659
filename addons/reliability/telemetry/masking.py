"""Masking secrets and personal data in text before it is stored.

Errors and responses of partner systems may contain passwords, tokens, and the recipient
of a parcel.  The rules rather mask one word too many than one too few.
"""

import re

MAX_LENGTH = 500
MASK = "***"

_SECRETS = (
    r"authorization|proxy-authorization|cookie|set-cookie|api[-_ ]?key|x-api-key"
    r"|access[-_ ]?token|refresh[-_ ]?token|token|client[-_ ]?secret|secret|password"
    r"|passwd|pwd|contrase(?:ñ|n)a|signature|session[-_ ]?id|jwt"
)
_PEOPLE = (
    r"e-?mail|phone|tel(?:ephone)?|mobile|consignee|recipient|contact(?:name)?"
    r"|first[-_ ]?name|last[-_ ]?name|street|address(?:line)?\d?|nombre|direccion"
)
_RULES = [
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # user:password@ in URLs
        (r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]+@", rf"\1{MASK}@"),
        # "Bearer abc", "Basic abc" anywhere
        (r"\b(bearer|basic|digest|token)\s+[a-z0-9+/=._~-]{6,}", rf"\1 {MASK}"),
        # <password>abc</password>
        (
            rf"(<(?:\w+:)?(?:{_SECRETS}|{_PEOPLE})\b[^>]*>)[^<]*(?=<|$)",
            rf"\1{MASK}",
        ),
        # "password": "abc", 'token': 'abc'
        (
            rf"""(["'](?:{_SECRETS}|{_PEOPLE})["']\s*:\s*)(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[^\s,}}\]]+)""",
            rf"\1{MASK}",
        ),
        # password=abc, Cookie: abc
        (
            rf"(\b(?:{_SECRETS})\b\s*[=:]\s*)(?!{re.escape(MASK)})[^\s&,;'\"<>]+",
            rf"\1{MASK}",
        ),
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", MASK),
        # a JSON Web Token
        (r"\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}", MASK),
        (r"(?<![\w.])\+\d[\d ()/.-]{6,}\d", MASK),
        (r"(?<![\w-])0\d{1,4}[ /-]{1,3}\d[\d /-]{4,}\d", MASK),
    )
]


def masked(text: object, max_length: int = MAX_LENGTH) -> str:
    """Return text with secrets and personal data masked, and shortened.

    :param text: any object, such as an error, as ``str`` shows it
    :param max_length: in characters
    """
    # A rule may need text beyond the final length, so the first cut is generous.
    shown = str(text).replace("\x00", "")[: 4 * max_length]
    for pattern, replacement in _RULES:
        shown = pattern.sub(replacement, shown)
    return shown if len(shown) <= max_length else f"{shown[: max_length - 1]}…"


def without_query(url: str) -> str:
    """Return a URL without credentials and query parameters."""
    return masked(url.partition("?")[0])
