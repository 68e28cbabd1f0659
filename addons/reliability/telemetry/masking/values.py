"""What becomes of a value, once its name is known."""

import re
from collections.abc import Callable
from typing import NamedTuple

from .keys import Kind

MASK = "***"
"""What stands for text that is not shown."""

Nested = Callable[[str, bool], str]
"""Masks a value that is shown: its text, and whether to guess by looks."""

_LITERALS = frozenset(("true", "false", "null", "none"))
_COMPLAINT = re.compile(
    r"(?:this (?:field|value)|must|is|are|was|has|have|not|no|none|null|cannot|can't"
    r"|may|invalid|required|missing|too|unknown|wrong|incorrect|bad|empty|expired|failed"
    r"|denied|disabled|field required|should|does|could|needs|please|unauthorized)"
    r"\b.*",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^A-ZÀ-Þ\d=]*(?:\d{1,3}\b[^A-ZÀ-Þ\d=]*){0,4}")
_MAX_COMPLAINT = 100
_ORDINARY = re.compile(
    r"(?:[A-Z]?[a-z'/-]+|[A-Z]+|\d{1,5}|v?\d+(?:\.\d+)+)\Z|[a-z_]+=(?!=|\Z)"
)
_PLACEHOLDER = re.compile(
    r"[\[(]?%[sdrif(]|\{[\w.!:]*\}|\*{3}|<[\w ]+>(?=[\s,;)]|\Z)|\$\{"
)
_CODE = re.compile(
    r"(?:self|cls|env|kwargs|args|os|config|settings|request|response|record|carrier"
    r"|company|partner|vals|values|data|params|options|payload|get\w*)[.\[(]"
    r"|(?:None|True|False|null|true|false)\b|[^\W\d]\w*(?:\.[^\W\d]\w*)+[(\[]"
)
_ODD = re.compile(r"\d|[a-z][A-Z]|[=+~!#$&]")
_MAX_BEFORE = 24


class Region(NamedTuple):
    """The part of a text from the start of a structure.

    :ivar shown: the structure, masked
    :ivar end: where it ends in the text
    """

    shown: str
    end: int


def mask_value(value: str, kind: Kind, nested: Nested) -> str:
    """Return the value of a field, masked unless its name is harmless.

    What says only that a value is missing or wrong is shown whatever the name.

    :param value: without quoting
    """
    if not value.strip() or value.lower() in _LITERALS:
        return value
    if kind.is_shown:
        return nested(value, kind is Kind.TEXT)
    return value if is_complaint(value) else MASK


def is_complaint(text: str) -> bool:
    """Return whether a text only complains about a value, such as ``is required``.

    It has no capital but the first, and no number of more than three digits.
    """
    start = text.strip()[:_MAX_COMPLAINT]
    start = start[:1].lower() + start[1:]
    return bool(_COMPLAINT.fullmatch(start) and _PLAIN.fullmatch(start))


def is_unusual(word: str) -> bool:
    """Return whether a word is none of a sentence: it has digits, or odd capitals."""
    word = word.rstrip(".,;:!?)]")
    is_ordinary = len(word) < 4 or _ORDINARY.match(word)
    return not is_ordinary and bool(_ODD.search(word))


def is_placeholder(text: str) -> bool:
    """Return whether something is to be filled in, such as ``%s``, or is masked."""
    return bool(_PLACEHOLDER.search(text))


def is_code(text: str, start: int = 0) -> bool:
    """Return whether an expression or a placeholder begins at ``start``."""
    return bool(_CODE.match(text, start) or _PLACEHOLDER.match(text, start))


def text_before(found: re.Match) -> str:
    """Return the few characters before a match, which may name it."""
    return found.string[max(0, found.start() - _MAX_BEFORE) : found.start()]
