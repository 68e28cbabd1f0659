"""Elements of XML and HTML, complete or cut off, also in the midst of text."""

import re
from typing import NamedTuple

from .keys import Kind, hides_contents, kind_of
from .quoting import with_entities, without_entities
from .values import Nested, Region, mask_value

_TAG = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<[?!][^<>]*+>"
    r"|</(?P<close>[^\W\d][\w:.-]*+)\s{0,20}>"
    r"|<(?P<open>[^\W\d][\w:.-]*+)(?P<attributes>"
    r"(?:[^<>\"']|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+)(?:>|\Z)",
    re.DOTALL,
)
_CLOSED = re.compile(r"</([^\W\d][\w:.-]{0,99}+)")
_ATTRIBUTE = re.compile(
    r"""([^\W\d][\w:.-]*+)(\s{0,20}+=\s{0,20}+)"""
    r"""(?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^\s"'>]++))"""
)
_ATTRIBUTES = re.compile(rf"(?:\s++{_ATTRIBUTE.pattern})*+\s*+/?")
_NO_ELEMENTS = frozenset(
    "module lambda string stdin stdout stderr listcomp genexpr dictcomp setcomp locals"
    " frozen class function built-in object bound unknown".split()
)
"""What Python writes in angle brackets."""
_NAMED_BY_ATTRIBUTE = ("name", "key")
_FIELDS = frozenset(
    "field button record param property entry input meta item member add".split()
)
"""Elements whose name is in an attribute."""
_IDENTIFIER = re.compile(r"[\w.-]{1,60}")
_MAX_DEPTH = 100


class Elements(NamedTuple):
    """The elements of a text.

    :ivar closed: names that have an end tag
    :ivar is_document: whether the text begins with a tag
    """

    closed: frozenset[str]
    is_document: bool

    def contain(self, tag: re.Match) -> bool:
        """Return whether a start tag begins an element: Python writes ``<module>``."""
        name, attributes = tag["open"], tag["attributes"]
        if name in self.closed:
            return True
        if name in _NO_ELEMENTS or not _ATTRIBUTES.fullmatch(attributes):
            return False
        is_empty = attributes.rstrip().endswith("/")
        is_known = bool(self.closed) or self.is_document
        return is_empty or is_known or hides_contents(name)


class _Frame(NamedTuple):
    """An element that is open."""

    name: str
    kind: Kind
    is_hidden: bool


_OUTSIDE = _Frame("", Kind.TEXT, False)


def elements_of(text: str) -> Elements:
    """Find the names of the elements in a text."""
    closed = frozenset(_CLOSED.findall(text)) if "</" in text else frozenset()
    return Elements(closed, text.lstrip().startswith("<"))


def mask_element(
    text: str, start: int, elements: Elements, nested: Nested
) -> Region | None:
    """Mask the element that begins at ``start``; ``None`` where none does."""
    tag = _TAG.match(text, start)
    if tag is None or tag["close"] or tag["open"] and not elements.contain(tag):
        return None
    reader = _Reader(text, start, nested)
    while tag:
        if reader.read(tag, elements):
            return Region(reader.shown(tag.end()), tag.end())
        tag = _TAG.search(text, tag.end())
    reader.mask_text(len(text))
    return Region(reader.shown(len(text)), len(text))


class _Reader:
    """Reads the tags of an element, and masks the text between them."""

    def __init__(self, text: str, start: int, nested: Nested):
        self._text = text
        self._nested = nested
        self._pieces: list[str] = []
        self._frames: list[_Frame] = []
        self._copied = self._text_start = start

    def shown(self, end: int) -> str:
        """Return what was read, up to ``end``."""
        return "".join([*self._pieces, self._text[self._copied : end]])

    def read(self, tag: re.Match, elements: Elements) -> bool:
        """Read a tag, and return whether the outermost element ends with it."""
        if tag["open"] and not elements.contain(tag):
            return False  # part of the text
        self.mask_text(tag.start())
        self._text_start = tag.end()
        if tag.lastgroup in ("cdata", "comment"):
            self._mask(tag.span(tag.lastgroup), is_quoted=False)
        elif tag["close"]:
            self._close(tag["close"])
        elif tag["open"]:
            attributes = self._mask_attributes(tag)
            if tag["attributes"].rstrip()[-1:] != "/":
                self._open(tag["open"], attributes)
        else:
            return False  # a declaration
        return not self._frames

    def mask_text(self, end: int) -> None:
        """Mask the text since the last tag."""
        if self._frames and self._text_start < end:
            self._mask((self._text_start, end), is_quoted=True)

    @property
    def _frame(self) -> _Frame:
        """The innermost element that is open."""
        return self._frames[-1] if self._frames else _OUTSIDE

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        key = next(filter(None, map(attributes.get, _NAMED_BY_ATTRIBUTE)), name)
        is_hidden = self._frame.is_hidden
        if len(self._frames) >= _MAX_DEPTH:
            is_hidden = True
            del self._frames[_MAX_DEPTH - 1 :]
        hides = is_hidden or hides_contents(name) or hides_contents(key)
        self._frames.append(_Frame(name, kind_of(key), hides))

    def _close(self, name: str) -> None:
        for index in range(len(self._frames) - 1, -1, -1):
            if self._frames[index].name == name:
                del self._frames[index:]
                return

    def _mask(self, span: tuple[int, int], is_quoted: bool) -> None:
        frame = self._frame
        value = self._text[slice(*span)]
        stripped = value.strip()
        if not stripped:
            return
        plain = without_entities(stripped) if is_quoted else stripped
        kind = Kind.UNKNOWN if frame.is_hidden else frame.kind
        shown = mask_value(plain, kind, self._nested)
        if shown != plain:
            quoted = with_entities(shown) if is_quoted else shown
            at = span[0] + value.index(stripped)
            self._replace(at, at + len(stripped), quoted)

    def _mask_attributes(self, tag: re.Match) -> dict[str, str]:
        """Mask the attributes of a tag, and return name → value."""
        found = {}
        is_hidden = self._frame.is_hidden
        for attribute in _ATTRIBUTE.finditer(
            self._text, tag.start("attributes"), tag.end("attributes")
        ):
            name = attribute[1]
            group = next(index for index in (3, 4, 5) if attribute[index] is not None)
            plain = without_entities(attribute[group])
            found[name.lower()] = plain
            is_name = name in _NAMED_BY_ATTRIBUTE and tag["open"] in _FIELDS
            if name.startswith("xmlns") or is_name and _IDENTIFIER.fullmatch(plain):
                continue
            kind = Kind.UNKNOWN if is_hidden else kind_of(name)
            shown = mask_value(plain, kind, self._nested)
            if shown != plain:
                self._replace(*attribute.span(group), shown.replace('"', "'"))
        return found

    def _replace(self, start: int, end: int, shown: str) -> None:
        self._pieces += self._text[self._copied : start], shown
        self._copied = end
