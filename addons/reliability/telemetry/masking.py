"""Taking secrets and people out of text before it is stored.

What errors and answers of counterparts say may hold passwords, tokens, and whom a
parcel goes to.  Better one word too many is hidden than one too few.
"""

import re

LONGEST = 500
HIDDEN = "***"

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
        # user:password@ in addresses
        (r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]+@", rf"\1{HIDDEN}@"),
        # "Bearer abc", "Basic abc" wherever it stands
        (r"\b(bearer|basic|digest|token)\s+[a-z0-9+/=._~-]{6,}", rf"\1 {HIDDEN}"),
        # <password>abc</password>
        (
            rf"(<(?:\w+:)?(?:{_SECRETS}|{_PEOPLE})\b[^>]*>)[^<]*(?=<|$)",
            rf"\1{HIDDEN}",
        ),
        # "password": "abc", 'token': 'abc'
        (
            rf"""(["'](?:{_SECRETS}|{_PEOPLE})["']\s*:\s*)(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[^\s,}}\]]+)""",
            rf"\1{HIDDEN}",
        ),
        # password=abc, Cookie: abc
        (
            rf"(\b(?:{_SECRETS})\b\s*[=:]\s*)(?!{re.escape(HIDDEN)})[^\s&,;'\"<>]+",
            rf"\1{HIDDEN}",
        ),
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", HIDDEN),
        # a JSON Web Token, or a long key, by what it looks like
        (r"\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}", HIDDEN),
        (r"(?<![\w.])\+\d[\d ()/.-]{6,}\d", HIDDEN),
        (r"(?<![\w-])0\d{1,4}[ /-]{1,3}\d[\d /-]{4,}\d", HIDDEN),
    )
]


def masked(text: object, longest: int = LONGEST) -> str:
    """Return text without what must not be stored, and not longer than that.

    :param text: anything; an error is what it says
    """
    # What is cut off afterwards may still matter to a rule: cut generously before.
    shown = str(text).replace("\x00", "")[: 4 * longest]
    for pattern, replacement in _RULES:
        shown = pattern.sub(replacement, shown)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def without_query(url: str) -> str:
    """Return an address without credentials and parameters."""
    return masked(url.partition("?")[0])
