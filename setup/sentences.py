"""Find sentences that are put together from pieces, which nobody can translate.

A sentence is one template, in Python, JavaScript and XML.  Its values are names,
numbers and times.  A whole sentence may follow another one (`formatting.paragraph`), a
line break, or a name and a colon: "WH: Nothing is packed since 9:47".

In Python, it is known where a sentence goes: by variables within a function, and by the
names of methods and attributes beyond it.
"""

import ast
import re
import subprocess
from collections import defaultdict

from lxml import etree

from . import paths

CHECKED = re.compile(r"addons/[^/]+/(?!tests/)(?!static/(lib|tests)/).*\.(py|xml|js)$")
LABELS = {
    "A carrier that was deleted",
    "Redis for sessions",
    "Redis for sessions and the cache",
    "Redis for the cache",
    "a process of Odoo (%(program)s)",
    "a program without a name (%(pid)s)",
}
"""Translated texts of several words that are no sentences: names of things, which other
sentences may contain."""
HEADING = re.compile(r"%\((\w+)\)s: %\((\w+)\)s")
"""A name and a whole sentence."""
CHANGES = {"lower", "upper", "capitalize", "title", "format", "removesuffix", "rstrip"}
"""Methods of a text that no translation survives."""
SENTENCES = {"text"}
"""Attributes that contain sentences, besides those that methods set."""
NAMES = {"display_name", "title", "today", "document", "refusal"}
"""Attributes that contain no sentences but names, even where one looks like it."""
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
_UNITS = {"seconds", "minutes", "rows", "p50", "p95", "p99"}
"""Of a number that is entered or shown beside them."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")


# Python


class Flow:
    """Where translated sentences go, in all modules.

    :ivar functions: name → positions in what it returns; ``None`` for the whole
    :ivar attributes: names of those that contain a sentence
    """

    def __init__(self, trees):
        self.functions = defaultdict(set)
        self.attributes = set(SENTENCES)
        before = None
        while before != (before := self._size()):
            for tree in trees:
                for scope in _scopes(tree):
                    self._learn(scope)

    def _size(self):
        return sum(map(len, self.functions.values())), len(self.attributes)

    def _learn(self, scope):
        names = self.names(scope)
        for node in _own(scope):
            match node:
                case ast.Return(value=ast.Tuple(elts=values)):
                    for n, value in enumerate(values):
                        if self.is_sentence(value, names):
                            self.functions[scope.name].add(n)
                case ast.Return(value=value) if value and _is_method(scope):
                    if self.is_sentence(value, names):
                        self.functions[scope.name].add(None)
                case ast.Assign(targets=[ast.Attribute(attr=name)], value=value):
                    if name not in NAMES and self.is_sentence(value, names):
                        self.attributes.add(name)

    def names(self, scope):
        """Return the variables of a function that contain sentences."""
        found = set()
        for _again in range(3):
            for node in _own(scope):
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value):
                        if self.is_sentence(value, found):
                            found.add(name)
                    case ast.Assign(
                        targets=[ast.Tuple(elts=targets)], value=ast.Call(func=func)
                    ):
                        for position in self.functions.get(_name(func), ()):
                            if position is not None and position < len(targets):
                                found.add(_name(targets[position]))
        return found

    def is_sentence(self, node, names):
        """Return whether an expression is a translated sentence.

        :param names: the variables that contain one
        """
        match node:
            case ast.Call(func=func, args=[ast.Constant(value=str(text)), *_rest]) if (
                _translates(func)
            ):
                return _is_sentence(text)
            case ast.BinOp(op=ast.Mod(), left=left):  # of a lazy translation
                return _is_translated(left)
            case ast.Call(func=ast.Attribute(attr="paragraph")):
                return True
            case ast.Call(func=func, args=args):
                if _name(func) == "counted":
                    return any(self.is_sentence(one, names) for one in args)
                return None in self.functions.get(_name(func), ())
            case ast.Name(id=name):
                return name in names
            case ast.Attribute(attr=name):
                return name in self.attributes
            case ast.IfExp(body=body, orelse=other):
                return any(self.is_sentence(one, names) for one in (body, other))
            case ast.BoolOp(values=values):
                return any(self.is_sentence(one, names) for one in values)
        return False

    def are_sentences(self, node, scope):
        """Return whether an expression is a list of sentences."""
        names = self.names(scope)
        match node:
            case ast.List(elts=values):
                return any(self.is_sentence(one, names) for one in values)
            case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value):
                return self.is_sentence(value, names)
            case ast.Name(id=name):
                return any(
                    isinstance(other.value, ast.List | ast.ListComp)
                    and self.are_sentences(other.value, scope)
                    for other in _assigned(name, scope)
                )
        return False

    def problems(self, tree):
        """Yield ``(line, problem)`` of a module."""
        for scope in _scopes(tree):
            names = self.names(scope)
            for node in _own(scope):
                for problem in self._problems(node, names, scope):
                    yield node.lineno, problem

    def _problems(self, node, names, scope):
        def is_text(value):
            return _is_translated(value) or self.is_sentence(value, names)

        match node:
            case ast.JoinedStr(values=values):
                for value in values:
                    if isinstance(value, ast.FormattedValue) and is_text(value.value):
                        yield f"{ast.unparse(value.value)} in an f-string"
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                if any(is_text(value) for value in (left, right)):
                    yield "a translated text in a sum"
            case ast.BinOp(op=ast.Mod(), left=left, right=right):
                if _is_translated(left) and isinstance(left.args[0], ast.Constant):
                    yield "'%' after a translation: give it the values"
                values = right.elts if isinstance(right, ast.Tuple) else [right]
                is_literal = isinstance(left, ast.Constant)  # not Markup("…")
                if is_literal and any(is_text(value) for value in values):
                    yield "a translated text in a literal one"
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if (
                name in CHANGES and is_text(value)
            ):
                yield f".{name}() of a translated text"
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Constant(value=str(separator)), attr="join"
                ),
                args=[joined],
            ):
                if separator.strip("\n") and self.are_sentences(joined, scope):
                    yield f"sentences joined by {separator!r}"
            case ast.Call(func=func, args=[first, *_rest]) if _translates(func):
                yield from self._template_problems(node, first, names, scope)

    def _template_problems(self, node, first, names, scope):
        if not isinstance(first, ast.Constant):
            if isinstance(first, ast.JoinedStr | ast.BinOp):
                yield "a template that is put together"
            return
        values = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
        for keyword in node.keywords:
            if keyword.arg is None:
                values += _values_of(keyword.value, scope)
        for value in values:
            match value:
                case ast.Call(func=ast.Attribute(attr=name)) if name in CHANGES:
                    yield f".{name}() of a value: another language may not want it"
        found = [value for value in values if self.is_sentence(value, names)]
        if found and not (len(found) == 1 and HEADING.fullmatch(first.value)):
            yield f"{first.value!r} contains another sentence: {ast.unparse(found[0])}"


def _values_of(node, scope):
    """Return the values of a dict that is given to a template."""
    if isinstance(node, ast.Dict):
        return node.values
    assigned = _assigned(_name(node), scope)
    return [
        value
        for other in assigned
        for value in (
            other.value.values if isinstance(other.value, ast.Dict) else [other.value]
        )
    ]


def _assigned(name, scope):
    """Return the assignments to a variable, or to a key of it."""
    return [
        node
        for node in _own(scope)
        if isinstance(node, ast.Assign)
        for target in node.targets[:1]
        if name and name in (_name(target), _name(getattr(target, "value", None)))
    ]


def _scopes(tree):
    yield tree
    for node in ast.walk(tree):
        if _is_method(node):
            yield node


def _own(scope):
    """Yield the nodes of a function without those of functions in it."""
    for node in ast.iter_child_nodes(scope):
        if not _is_method(node):
            yield node
            yield from _own(node)


def _is_method(node):
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _name(node):
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _translates(func):
    return _name(func) in ("_", "_lt")


def _is_translated(node):
    return isinstance(node, ast.Call) and _translates(node.func)


def _is_sentence(text):
    words = _LETTERS.findall(_PLACEHOLDER.sub("", text))
    return len(words) > 2 and text not in LABELS


# JavaScript

_JS_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\""
    r"|`(?:\\.|[^`\\])*`|_t\(",
    re.DOTALL,
)
_GLUED = re.compile(r"\}[,;:.]\s|[,;:.]\s\$\{")


def javascript_problems(text):
    """Yield ``(line, problem)`` of a file of JavaScript."""
    for found in _JS_TOKEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found[0].startswith("`"):
            if "_t(" in found[0] or _GLUED.search(found[0]):
                yield line, f"a text put together: {found[0]}"
        elif found[0] == "_t(":
            yield from ((line, problem) for problem in _t_problems(text, found))


def _t_problems(text, found):
    template = re.compile(r"\s*").match(text, found.end())
    literal = _JS_TOKEN.match(text, template.end())
    if not literal or literal[0][0] not in "'\"":
        yield "_t of something that is no literal"
    elif text[literal.end() :].lstrip().startswith("+"):
        yield "a template that is put together"
    end = _closing(text, found.end())
    before, after = text[: found.start()].rstrip(), text[end:].lstrip()
    if before.endswith("+") or after.startswith("+"):
        yield "a translated text in a sum"
    if re.match(r"\.to\w*(Lower|Upper)Case", after):
        yield "a translated text in other letters"


def _closing(text, start):
    """Return the position after the bracket that closes the one before ``start``."""
    depth, position = 1, start
    while depth and position < len(text):
        literal = _JS_TOKEN.match(text, position)
        if literal and not literal[0].startswith("_t("):
            position = literal.end()
            continue
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        position += 1
    return position


# XML

_SHOWN = ("t-out", "t-esc", "t-raw")
_INLINE = {"span", "b", "strong", "em", "i", "small", "u", "a", "t", "field"}
_TEXT_ATTRIBUTE = re.compile(
    r"t-att-(title|aria-label|alt|placeholder|label|data-tooltip)|t-out|t-esc"
)
_SUM = re.compile(r"'[^']*\s[^']*'\s*\+|\+\s*'[^']*\s[^']*'|`[^`]*\s[^`]*`")


def xml_problems(text):
    """Yield ``(line, problem)`` of a file of templates, views or data."""
    for node in etree.fromstring(text.encode()).iter(etree.Element):
        for name, value in node.attrib.items():
            if _TEXT_ATTRIBUTE.fullmatch(name) and _SUM.search(value):
                yield node.sourceline, f"{name} is put together: {value}"
        if node.tag == "record" or not any(map(_shows_value, node)):
            continue
        pieces = [node.text, *(child.tail for child in node)]
        for piece in (" ".join((piece or "").split()) for piece in pieces):
            is_label = piece.endswith(":") or piece in _UNITS
            if _LETTERS.search(piece) and not is_label:
                yield node.sourceline, f"a piece of a sentence: {piece!r}"
        for child in node:
            piece = (child.text or "").strip()
            is_piece = piece[:1].islower() and piece not in _UNITS
            if child.tag in _INLINE and is_piece:
                yield child.sourceline, f"a piece of a sentence: {piece!r}"


def _shows_value(node):
    if node.tag == "field":
        return node.get("invisible") not in ("1", "True")
    if node.tag in _INLINE and any(name in node.attrib for name in _SHOWN):
        return True
    return node.tag == "t" and any(map(_shows_value, node))


def problems(files):
    """Yield ``(path, line, problem)`` of files.

    :param dict files: path below the checkout → its text
    """
    trees = {
        path: ast.parse(text) for path, text in files.items() if path.endswith(".py")
    }
    flow = Flow(trees.values())
    for path, text in files.items():
        if path in trees:
            found = flow.problems(trees[path])
        else:
            check = javascript_problems if path.endswith(".js") else xml_problems
            found = check(text)
        yield from ((path, *problem) for problem in found)


def in_addons():
    """Return the problems of all addons, as `problems` yields them."""
    every = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(every, cwd=paths.ROOT, capture_output=True, check=True)
    checked = filter(CHECKED.match, sorted(set(listed.stdout.decode().splitlines())))
    files = {path: paths.ROOT / path for path in checked}
    return list(
        problems(
            {path: one.read_text() for path, one in files.items() if one.is_file()}
        )
    )
