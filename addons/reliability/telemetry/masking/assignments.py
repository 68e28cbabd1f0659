"""Values that are assigned to a key in prose: ``password=x``, ``Authorization: x``."""

import re

from .keys import Kind, kind_in_prose
from .values import MASK, is_code, is_complaint, is_placeholder, is_unusual

_TOKEN = r"""[^\W\d][\w.-]*+(?:\[["']?[\w.-]{0,60}+["']?\])*+"""
_KEY = re.compile(
    rf"""(?<![\w.$-])(?P<key>(?:{_TOKEN}[ ]){{0,2}}{_TOKEN})(?:[ ]?\#?\d{{1,3}})?"""
    r"""["')\]]{0,2}[ \t]{0,8}(?P<sign>=>|:=|={1,2}|:(?![:/\\]))[ \t]{0,8}"""
)
"""Up to three words before a sign of assignment."""

_QUOTED = re.compile(
    r"""[a-z]{0,2}(?:"(?P<double>(?:[^"\\\n]|\\.|"(?=[\w]))*+)"?"""
    r"""|'(?P<single>(?:[^'\\\n]|\\.|'(?=[\w;&']))*+)'?)""",
    re.IGNORECASE,
)
"""A quote ends a value only where a value may end: passwords contain quotes."""
_BRACKETED = re.compile(r"[\w.]{0,60}[(\[][^()\[\]\n]*+[)\]]?")
_WORD = re.compile(r"""[^\s]+?(?=[)\]}>,;.'"]*+(?:\s|\Z))""")
_REST_OF_LINE = re.compile(r"[^\r\n]+")
_UNTIL_NEXT_KEY = re.compile(r"[^\r\n]+?(?=[,;]? [\w-]{1,40}+ ?(?:=|: )|[;|\r\n]|\Z)")
_UNTIL_END_OF_PHRASE = re.compile(
    r"[^\r\n]+?(?=,? [\w-]{1,40}+ ?[=:]| \[|[,;&|)\]}<\r\n]|\Z)"
)
_HEADERS = re.compile("authori[sz]ation|cookie", re.IGNORECASE)
"""Keys whose values are whole lines."""
_PASSWORDS = re.compile("pass|pwd|kennwort|contrase|clave|senha", re.IGNORECASE)
"""Keys whose values may be some ordinary words."""
_SENTENCE = re.compile(r"[a-z]+ [a-z]|(?:Please|The|This|It|You|An?|See|Check|Use) ")

_IDENTIFIER = re.compile(r"[a-z_]+(?:[._][a-z_]+)+")
_NAME = (
    r"(?:[A-ZÀ-Þ][\w'’.-]*|\d+\w?|de|del|la|las|los|van|von|der|den|da|do|di|y|und|et)"
)
_NAMES = re.compile(rf"{_NAME}(?:,? {_NAME})*+[.)]?(?: \([^()]*\))?")
_MID_SENTENCE = re.compile(r"[\w'’)] \Z")
_USERS = ("user", "benutzer", "usuario", "utilisateur")
_IN_CATEGORY = re.compile(r"\w ?/ ?\Z")
_EXTENT = re.compile(
    r"(?:own|all|only|read|alle|nur|die|todos|todas|solo|mostrar|leer|tous|toutes"
    r"|mes|ses|lire) [^\W\d]{2}",
    re.IGNORECASE,
)
"""What the user of a group sees: ``Sales / User: Own Documents Only``."""
_QUALIFIERS = frozenset(
    "a the my our your his her their new old current user users api access client auth"
    " secret delivery billing shipping invoice contact consignee recipient receiver"
    " sender customer first last full middle e-mail email http smtp ftp sftp database"
    " db admin web service account private session refresh bearer id home work mobile"
    " phone company buyer ship bill sold deliver x".split()
)
"""Words that begin the name of a value."""


def mask_assignments(text: str) -> str:
    """Mask the values of keys that are the name of a secret or of something personal.

    Other keys of prose are no names of values: ``Error: the carrier is closed``.
    """
    if ":" not in text and "=" not in text:
        return text
    pieces: list[str] = []
    done = position = 0
    while found := _KEY.search(text, position):
        position = found.end()
        start, end = _value_span(text, found) or (position, position)
        if end > start:
            pieces += text[done:start], MASK
            position = done = end
    return "".join([*pieces, text[done:]])


def _value_span(text: str, found: re.Match) -> tuple[int, int] | None:
    """Return where the value is that is assigned to a key, if it must be masked."""
    kind = kind_in_prose(found["key"])
    if kind not in (Kind.SECRET, Kind.PERSON):
        return _span_after_adjective(text, found)
    start = found.end()
    if _is_code(text, found):
        return None
    if quoted := _QUOTED.match(text, start):
        group = "double" if quoted["double"] is not None else "single"
        contents = quoted[group]
        is_value = not is_placeholder(contents) and not is_complaint(contents)
        return quoted.span(group) if is_value else None
    value = (_secret if kind is Kind.SECRET else _person)(text, found)
    return value.span() if value else None


def _span_after_adjective(text: str, found: re.Match) -> tuple[int, int] | None:
    """Return where a value is after ``Password rejected:``."""
    phrase, _, _adjective = found["key"].rpartition(" ")
    if not phrase or kind_in_prose(phrase) is not Kind.SECRET:
        return None
    word = _WORD.match(text, found.end())
    return word.span() if word and is_unusual(word[0].strip("\"'")) else None


def _is_code(text: str, found: re.Match) -> bool:
    """Return whether a name or a placeholder is assigned, as in a line of code."""
    start = found.end()
    name = found["key"].rpartition(".")[2]
    return is_code(text, start) or text.startswith(name, start)


def _secret(text: str, found: re.Match) -> re.Match | None:
    start = found.end()
    if found["sign"] != ":":
        return _BRACKETED.match(text, start) or _WORD.match(text, start)
    if _HEADERS.search(found["key"]):
        return _REST_OF_LINE.match(text, start)
    line = _UNTIL_NEXT_KEY.match(text, start)
    if line is None or is_complaint(line[0]):
        return None
    is_password = _PASSWORDS.search(found["key"])
    if _begins_phrase(text, found) and (is_password or not _SENTENCE.match(line[0])):
        return line
    # "Invalid token: it has expired" continues a sentence.
    return None if _SENTENCE.match(line[0]) else _WORD.match(text, start)


def _person(text: str, found: re.Match) -> re.Match | None:
    start, is_colon = found.end(), found["sign"] == ":"
    rule = _UNTIL_NEXT_KEY if is_colon else _UNTIL_END_OF_PHRASE
    value = rule.match(text, start)
    if value is None or is_complaint(value[0]) or _names_group(text, found):
        return None
    first = value[0].split(maxsplit=1)[0].rstrip(").,;")
    if first.isdigit() and len(first) < 6 or _IDENTIFIER.fullmatch(first):
        return None  # the number of a user, the name of a model
    if is_colon and not _begins_phrase(text, found):
        return value if _NAMES.fullmatch(value[0]) else None
    return value


def _names_group(text: str, found: re.Match) -> bool:
    """Return whether a key is part of the name of a group of users, after that of its
    category."""
    before = text[max(0, found.start() - 4) : found.start()]
    is_of_users = found["sign"] == ":" and found["key"].lower() in _USERS
    is_in_category = is_of_users and _IN_CATEGORY.search(before)
    return bool(is_in_category and _EXTENT.match(text, found.end()))


def _begins_phrase(text: str, found: re.Match) -> bool:
    """Return whether a key is the name of a value, not the end of a sentence."""
    *before, _key = found["key"].lower().split()
    if not _QUALIFIERS.issuperset(before):
        return False
    return not _MID_SENTENCE.search(text, max(0, found.start() - 2), found.start())
