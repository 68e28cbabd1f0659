"""Objects of JSON, Python and JavaScript, complete or cut off.

They are read by tokens, not by a parser: errors contain objects in the midst of text,
without their end, and as ``repr`` writes them.
"""

import re

from .keys import Kind, hides_contents, kind_of, words_of
from .quoting import with_escapes, without_escapes
from .values import MASK, Nested, Region, mask_value

_TOKEN = re.compile(
    r"""[a-z]{0,2}"(?P<double>(?:[^"\\]|\\.|"(?!\s{0,20}(?:[,:}\])]|$)))*+)"?"""
    r"""|[a-z]{0,2}'(?P<single>(?:[^'\\]|\\.|'(?!\s{0,20}(?:[,:}\])]|$)))*+)'?"""
    r"""|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<comma>[,;])|(?P<colon>=>|[:=])"""
    r"""|(?P<bare>[^\s"'{}\[\](),:;=]++)""",
    re.DOTALL,
)
"""A quote ends a string only where a string may end: passwords contain quotes."""
_COLON = re.compile(r"\s{0,20}+(?:=>|[:=])")
_CODE = re.compile(r"[^\W\d]\w*+\.[^\W\d]|%|datetime$|Decimal$")
"""A name in a line of code, which is no value."""
_IN_TRACEBACK = re.compile(
    r"""[ ]{2,}File "[^"\n]*", line \d+, in [^\n]+\n {4,}[^\n]*\Z"""
)
_MAX_BEFORE = 300
_TEMPLATES = ('f"', "f'")
_MAX_DEPTH = 100


class _Frame:
    """An object or a list that is being read.

    :ivar kind: the kind of its next value
    :ivar is_hidden: whether nothing in it is shown
    :ivar hides_next: whether nothing in its next value is shown
    :ivar is_id: whether its next value is an id, or an id and a name
    """

    def __init__(self, is_object: bool, kind: Kind, is_hidden: bool):
        self.is_object = is_object
        self.awaits_key = is_object
        self.kind = kind
        self.is_hidden = is_hidden
        self.hides_next = is_hidden
        self.is_id = False

    def read_key(self, key: str) -> None:
        """Read the name of the next value."""
        self.awaits_key = False
        self.kind = kind_of(key)
        self.hides_next = self.is_hidden or hides_contents(key)
        self.is_id = words_of(key)[-1:] == ("id",)


def mask_object(text: str, start: int, nested: Nested) -> Region:
    """Mask the object that begins at ``start``."""
    pieces: list[str] = []
    frames: list[_Frame] = []
    done = start
    last = ""
    is_code = bool(_IN_TRACEBACK.search(text, max(0, start - _MAX_BEFORE), start))
    for token in _TOKEN.finditer(text, start):
        token_kind = token.lastgroup
        if token_kind == "open":
            if len(frames) >= _MAX_DEPTH:
                pieces += text[done : token.start()], MASK
                return Region("".join(pieces), len(text))
            is_subscript = is_code and text[token.start() - 1].isalnum()
            frames.append(_opened(token[0], frames, is_subscript))
        elif token_kind == "close":
            frames.pop()
            if not frames:
                pieces.append(text[done : token.end()])
                return Region("".join(pieces), token.end())
        elif token_kind == "comma":
            frames[-1].awaits_key = frames[-1].is_object
            last = ""
        elif token_kind == "colon":
            if last:  # what seemed to be a value is a name
                frames[-1].read_key(last)
        elif frames[-1].awaits_key and _COLON.match(text, token.end()):
            frames[-1].read_key(token[token_kind])
            last = ""
        elif not (is_code and token["bare"] or token[0].startswith(_TEMPLATES)):
            at, value = token.span(token_kind), token[token_kind]
            last = "" if token["bare"] else value
            shown = _shown(value, frames[-1], nested, token_kind == "bare")
            pieces += text[done : at[0]], shown
            done = at[1]
    return Region("".join([*pieces, text[done:]]), len(text))


def _opened(bracket: str, frames: list[_Frame], is_subscript: bool) -> _Frame:
    """Return the frame for a bracket.

    :param is_subscript: whether it chooses from a variable, as in ``values["email"]``
    """
    if not frames or is_subscript:
        return _Frame(bracket == "{", Kind.TEXT, False)
    outer = frames[-1]
    if bracket == "{":
        return _Frame(True, Kind.TEXT, outer.hides_next)
    frame = _Frame(False, outer.kind, outer.hides_next)
    frame.is_id = outer.is_id
    return frame


def _shown(value: str, frame: _Frame, nested: Nested, is_bare: bool) -> str:
    kind = Kind.UNKNOWN if frame.is_hidden else frame.kind
    if is_bare:
        return value if _CODE.match(value) else mask_value(value, kind, nested)
    if frame.is_id and not frame.is_object:
        kind = Kind.UNKNOWN  # the name beside the id
    plain = without_escapes(value)
    shown = mask_value(plain, kind, nested)
    return value if shown == plain else with_escapes(shown)
