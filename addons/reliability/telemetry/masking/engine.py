"""Masks a text: its structures, the text around them, and what is quoted in it."""

import re
from collections.abc import Callable
from functools import partial

from .objects import mask_object
from .prose import mask_prose
from .quoting import without_entities, without_escapes, without_percents
from .values import MASK
from .xml import elements_of, mask_element

_MAX_DEPTH = 4
"""Values inside of quoted values inside of ...: what is deeper is not shown."""
_PLAIN = re.compile(r"[A-Z]?[a-z_ .,-]{0,60}|[\d.]{1,12}|[A-Z_]{1,20}", re.ASCII)
"""Words and numbers in which no rule finds anything: most values of structures."""
_START = re.compile(
    r"""\{(?=\s{0,50}+(?:[a-z]{0,2}["']|[^\W\d]\w{0,60}+\s?:\s?["'\d\[{]|\}))"""
    r"""|<(?=[^\W\d]|\?xml|!\[CDATA\[|!--)"""
)
"""Where an object, or an element of XML or HTML, may begin."""


def mask(text: str, guesses: bool = True, depth: int = 0) -> str:
    """Return text with secrets and personal data masked.

    Text that contains neither is returned unchanged.  Where something is found only
    when one level of quoting is removed, the text is returned without that level.

    :param guesses: also mask what merely looks like a key, a card or a phone number
    """
    if _PLAIN.fullmatch(text):
        return text
    if depth > _MAX_DEPTH:
        return MASK
    nested = partial(mask, depth=depth + 1)
    elements = elements_of(text)
    pieces: list[str] = []
    done = position = 0
    while found := _START.search(text, position):
        start = found.start()
        if found[0] == "{":
            region = mask_object(text, start, nested)
        else:
            region = mask_element(text, start, elements, nested)
        if region is None:
            position = found.end()
            continue
        pieces += _mask_around(text[done:start], guesses, nested), region.shown
        done = position = region.end
    return "".join([*pieces, _mask_around(text[done:], guesses, nested)])


def _mask_around(text: str, guesses: bool, nested: Callable[[str, bool], str]) -> str:
    """Mask text around structures, and what is quoted in it.

    Entities come first: ``password=&quot;x&quot;`` is not assigned up to the ``&``.
    """
    plain = without_entities(text)
    shown = text if plain != text else mask_prose(text, guesses, nested)
    plain = without_escapes(without_percents(plain if plain != text else shown))
    inner = nested(plain, guesses) if plain != shown else plain
    return shown if inner == plain else inner
