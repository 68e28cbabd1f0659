"""Users and passwords in addresses, parameters of URLs, and bodies of forms."""

import re
from urllib.parse import unquote_plus

from .keys import kind_in_query
from .quoting import with_percents
from .values import MASK, Nested, mask_value

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+")
_USER_OF_URL = re.compile(
    r"""(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,20}+://)((?:[^\s"'<>]|'(?=\w))*)@""",
    re.IGNORECASE,
)
_USER_OF_JDBC = re.compile(r"(\bjdbc:\w{1,20}:\w{1,20}:)[^\s@/]{1,60}/[^\s@]{1,100}@")
_USER_OF_HOST = re.compile(
    r"""(?<![\w/@:.+%-])[\w.+%-]{1,60}+:[^\s@/"'<>:]{1,100}+@(?=[\w\[])"""
)
_PAIRS = re.compile(
    r"""(?:(?<=[?#&])|(?<![^\s"'(:,=>]))"""
    r"""[\w.%~\[\]*+-]{1,100}+=[^\s&"'<>#]*+(?:&[^\s&"'<>#]*+)*+"""
)


def mask_accounts(text: str) -> str:
    """Mask users and passwords in addresses, and e-mail addresses."""
    if "@" not in text:
        return text
    text = _USER_OF_URL.sub(_without_user, text)
    text = _USER_OF_JDBC.sub(rf"\1{MASK}@", text)
    text = _EMAIL.sub(MASK, text)
    return _USER_OF_HOST.sub(f"{MASK}@", text)


def mask_queries(text: str, nested: Nested) -> str:
    """Mask parameters, ``name=value&name=value``, but those that are harmless."""
    if "=" not in text:
        return text

    def masked_pairs(found: re.Match) -> str:
        before = text[found.start() - 1 : found.start()]
        is_single = found[0].count("=") < 2 and before != "#"
        if before not in ("?", "&") and (is_single or "&" not in found[0]):
            # An assignment, perhaps of a URL.
            name, mark, query = found[0].partition("?")
            return name + mask_queries(mark + query, nested)
        return "&".join(_masked_parts(found[0].split("&"), nested))

    return _PAIRS.sub(masked_pairs, text)


def _without_user(found: re.Match) -> str:
    """Mask the user of a URL; an at sign in the path is no end of a user."""
    scheme, user = found[1], found[2]
    host, *path = re.split("[/?#]", user, maxsplit=1)
    name, _, port = host.partition(":")
    is_host = "@" not in host and (not port or port.isdigit())
    if path and is_host and ("." in name or name == "localhost" or not port):
        return found[0]
    return f"{scheme}{MASK}@"


def _masked_parts(parts: list[str], nested: Nested) -> list[str]:
    shown: list[str] = []
    was_masked = False
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals:
            # The rest of a value that contains an ampersand.
            if not was_masked:
                shown.append(part)
            continue
        plain = unquote_plus(value, errors="replace")
        masked = mask_value(plain, kind_in_query(unquote_plus(name)), nested)
        was_masked = masked != plain
        shown.append(f"{name}={with_percents(masked)}" if was_masked else part)
    return shown
