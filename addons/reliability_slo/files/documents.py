"""YAML text as documents that are read key by key, with the line of each problem.

Nothing is constructed: scalars are texts until somebody asks for a number. So ``no`` is
the code of a system where a text is expected, 99.95 stays exact, and no tag runs code.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import yaml

from .remarks import Origin, Remark

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 20
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_MAX_DIGITS = 400
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BOOLEANS = {"true": True, "false": False}
_NULLS = ("~", "null", "Null", "NULL")


class Document:
    """A document of a file.

    :ivar origin: its file, number and first line
    :ivar root: its keys
    :ivar problems, notices: what its readers have found
    """

    def __init__(self, origin: Origin, node: yaml.Node):
        self.origin = origin
        self.problems: list[Remark] = []
        self.notices: list[Remark] = []
        self.root = Mapping(self, node, "")

    def problem(self, node: yaml.Node, code: str, **values) -> None:
        """Add a problem at the line of a node."""
        self.problems.append(Remark(self._at(node), code, values))

    def notice(self, node: yaml.Node, code: str, **values) -> None:
        """Add a notice at the line of a node."""
        self.notices.append(Remark(self._at(node), code, values))

    def _at(self, node: yaml.Node) -> Origin:
        return self.origin._replace(line=node.start_mark.line + 1)


class Mapping:
    """Keys of a document.

    A value that is not as it must be is a problem; its reader gets an empty one.

    :ivar node: its line is that of problems with the whole
    :ivar path: how it is reached in the document, such as ``spec.objectives[0]``
    """

    def __init__(self, document: Document, node: yaml.Node, path: str):
        self.document, self.node, self.path = document, node, path
        self._is_there = True
        self._values: dict[str, yaml.Node] = {}
        self._unread: dict[str, yaml.Node] = {}
        self._children: dict[str, list[Mapping]] = {}
        self._is_open = False
        if isinstance(node, yaml.MappingNode):
            self._fill(node)
        else:
            self.problem("mapping")
            self._is_there = False

    def _fill(self, node: yaml.MappingNode) -> None:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.document.problem(key, "text", path=self.at("?"))
            elif key.value in self._values:
                self.document.problem(key, "duplicate_key", path=self.at(key.value))
            else:
                self._values[key.value] = value
                self._unread[key.value] = key

    def at(self, key: str) -> str:
        """Return how a key is reached in the document."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Return whether a key has a value."""
        return key in self._values and not _is_null(self._values[key])

    def keys(self) -> list[str]:
        """Return all keys."""
        return list(self._values)

    def peek(self, key: str) -> Any:
        """Return a value as texts, tuples and dicts, without any check."""
        return plain(self._values[key]) if key in self._values else None

    def peek_all(self) -> Any:
        """Return everything as texts, tuples and dicts, without any check."""
        return plain(self.node)

    def problem(self, code: str, key: str = "", **values) -> None:
        """Add a problem of a key, or of the whole mapping; of one that is not there,
        that alone is the problem.
        """
        if not self._is_there:
            return
        path = self.at(key) if key else self.path or "The document"
        node = self._values.get(key, self.node)
        self.document.problem(node, code, **{"path": path} | values)

    def notice(self, code: str, key: str, **values) -> None:
        """Add a notice of a key."""
        node = self._values.get(key, self.node)
        self.document.notice(node, code, **{"path": self.at(key)} | values)

    def skip(self, *keys: str) -> None:
        """Say of keys, if there are any, that they are not carried over."""
        for key in keys:
            if self._take(key, needed=False) is not None:
                self.notice("not_carried_over", key)

    def ignore(self, *keys: str) -> None:
        """Read keys, and all below them, that need no remark."""
        for key in keys:
            self._take(key, needed=False)
            self._children.pop(key, None)

    def text(self, key: str, needed: bool = False) -> str:
        """Return a text; an empty one without."""
        node = self._take(key, needed)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.problem("text", key)
            return ""
        if _CONTROL.search(node.value):
            self.problem("text_characters", key)
            return ""
        return node.value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        texts = []
        for index, node in enumerate(self._list(key, needed=False)):
            if isinstance(node, yaml.ScalarNode) and not _CONTROL.search(node.value):
                texts.append(node.value)
            else:
                self.document.problem(node, "text", path=f"{self.at(key)}[{index}]")
        return tuple(texts)

    def number(self, key: str, needed: bool = False) -> Fraction | None:
        """Return a number, exactly; ``None`` without."""
        node = self._take(key, needed)
        if node is None:
            return None
        number = to_number(node.value) if _is_plain(node) else None
        if number is None:
            self.problem("number", key, value=_shown(node))
        return number

    def boolean(self, key: str) -> bool | None:
        """Return a truth value; ``None`` without."""
        node = self._take(key, needed=False)
        if node is None:
            return None
        value = _BOOLEANS.get(node.value) if _is_plain(node) else None
        if value is None:
            self.problem("boolean", key, value=_shown(node))
        return value

    def choice(self, key: str, choices: dict[str, Any], needed: bool = True) -> Any:
        """Return what a text is in a dict; ``None`` without, or if it is not there."""
        text = self.text(key, needed)
        if text and text not in choices:
            self.problem("choice", key, value=text, choices=", ".join(choices))
        return choices.get(text)

    def mapping(self, key: str, needed: bool = True) -> "Mapping":
        """Return the keys below a key; none without."""
        if key not in self._children:
            node = self._take(key, needed)
            child = Mapping(self.document, node, self.at(key)) if node else None
            self._children[key] = [child or self.nothing(key)]
        return self._children[key][0]

    def nothing(self, key: str) -> "Mapping":
        """Return no keys; nothing about them is a problem."""
        empty = yaml.MappingNode("", [], self.node.start_mark)
        child = Mapping(self.document, empty, self.at(key))
        child._is_there = False
        return child

    def mappings(self, key: str, needed: bool = True) -> list["Mapping"]:
        """Return the keys of each element of a list."""
        if key not in self._children:
            self._children[key] = [
                Mapping(self.document, node, f"{self.at(key)}[{index}]")
                for index, node in enumerate(self._list(key, needed))
            ]
        return self._children[key]

    def close(self) -> None:
        """Say which keys nobody has read, in all mappings that were read in part."""
        if not self._is_open:
            return
        for key, node in self._unread.items():
            self.document.problem(node, "unknown_key", path=self.at(key))
        self._unread = {}
        for children in self._children.values():
            for child in children:
                child.close()

    def _take(self, key: str, needed: bool) -> yaml.Node | None:
        self._is_open = True
        self._unread.pop(key, None)
        if self.has(key):
            return self._values[key]
        if needed:
            self.problem("missing", key)
        return None

    def _list(self, key: str, needed: bool) -> list[yaml.Node]:
        node = self._take(key, needed)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.problem("list", key)
            return []
        return node.value


def parse(text: str, file: str) -> tuple[list[Document], list[Remark]]:
    """Return the documents of a file, and why it is not read.

    :param file: its name, for problems
    """
    if problem := _refusal(text, file):
        return [], [problem]
    documents = []
    for number, node in enumerate(yaml.compose_all(text, _Loader), 1):
        if node is not None and not _is_null(node):
            line = node.start_mark.line + 1
            documents.append(Document(Origin(file, number, line), node))
    return documents, []


def to_number(text: str) -> Fraction | None:
    """Return the number that a text is, exactly, or ``None``."""
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Fraction(text)


def plain(node: yaml.Node) -> Any:
    """Return a node as texts, tuples and dicts."""
    if isinstance(node, yaml.MappingNode):
        return {str(plain(key)): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return tuple(plain(value) for value in node.value)
    return node.value


def _refusal(text: str, file: str) -> Remark | None:
    """Return why a file is not read, before anything is built of it."""
    number = 0
    try:
        for number, event, code in _events(text):
            if code:
                origin = Origin(file, number, event.start_mark.line + 1)
                return Remark(origin, code, {"tag": getattr(event, "tag", "")})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        problem = error.problem or error.context
        return Remark(Origin(file, number, line), "syntax", {"error": problem})
    except yaml.YAMLError as error:
        summary = str(error).partition("\n")[0]
        return Remark(Origin(file, number), "syntax", {"error": summary})
    return None


def _events(text: str) -> Iterator[tuple[int, yaml.Event, str]]:
    """Yield the number of the document, an event, and the problem that it is."""
    number = depth = 0
    for event in yaml.parse(text, _Loader):
        number += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        code = ""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            code = "alias"
        elif getattr(event, "tag", None):
            code = "tag"
        elif depth > _MAX_DEPTH:
            code = "too_deep"
        yield number, event, code


def _is_plain(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style


def _is_null(node: yaml.Node) -> bool:
    """Return whether a value is null, or a text without letters."""
    if not isinstance(node, yaml.ScalarNode):
        return False
    return not node.value.strip() or (_is_plain(node) and node.value in _NULLS)


def _shown(node: yaml.Node) -> str:
    """Return a value as it is in the file, shortened."""
    return node.value[:50] if isinstance(node, yaml.ScalarNode) else "a list or mapping"
