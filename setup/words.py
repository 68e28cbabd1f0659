"""Check that names and prose use the words of docs/glossary.md, not retired ones.

A name is reported where it is defined: Python's variables, arguments, attributes,
functions and classes; XML ids; SQL and JavaScript identifiers; files.  A name is wrong
where one of its parts is a retired word, as in ``_is_told`` and ``ToldState``.  In
sentences most of these words are innocent; `PROSE` has those that are not.

Also checked: no variable is called ``of`` or ``it``, addons import from
``reliability`` only its module ``api``, their tests also its ``tests``, and no folder
of ``reliability`` imports one of a floor above.
"""

import ast
import re
import subprocess
import sys

from . import paths

NAMES = {
    "advice": "error hint",
    "aside": "quarantine",
    "attention": "alert",
    "begun": "started",
    "came": "received",
    "chores?": "maintenance",
    "counterparts?": "partner system",
    "crew": "workers",
    "desk": "shipping_driver",
    "doubt(ful)?": "unconfirmed, possibly duplicated",
    "expectations?": "expected document",
    "facts?": "gauge",
    "fates?": "transaction state",
    "forget(?=_)": "delete, retire, uninstall_hook",
    "forgotten": "tombstone",
    "judge[sd]?|judg(e?ment|ing)": "evaluate",
    "keeping|kept": "retention",
    "lately": "shared cache, or recent",
    "look(s|ed|ing)?(?!_up)": "evaluate, read or check",
    "loose": "without foreign key",
    "(?<!at_)most": "max",
    "note[sd]?": "message",
    "outrun": "late",
    "pictures?": "snapshot",
    "places?": "position, method, key",
    "said|says": "message, received",
    "sight": "observation",
    "situations?": "backlog, alert, case",
    "spool": "outbox",
    "stage": "demo_server",
    "stamps?": "build_cache",
    "story": "scenario",
    "strangers?": "untrusted owner, unauthenticated",
    "surrounding": "call middleware",
    "take_off": "begin",
    "tell(s|ing|er)?|told": "notify, notified",
    "turning": "pending state",
    "verdicts?": "outcome, outcome classification",
    "visit(s|ing|ors?)?": "poll",
    "whoever|whose": "owner, or a word for the person or system",
}
"""Retired parts of names → what to say instead."""
PROSE = {
    "counterparts?": "partner system, or its name",
    "LooseMany2one": "NoForeignKeyMany2one",
    r"of\s+which": "a second sentence",
    "how-manieth": "number",
    "situations?": "backlog, alert, case",
    "whoever": "a word for the person or system",
}
"""Retired words anywhere, in names of tests, too → what to say instead."""
INNOCENT = {
    "advice": r"setup/",  # what to do after a failure
    # what a check of the platform has read
    "facts?": r"addons/reliability_platform/|tests/servers/(platform/|test_platform)",
    "pictures?": r"setup/(pictures|tasks)\.py",  # screenshots
    # where a journey runs from
    "places?": r"addons/reliability_synthetic/|docs/synthetic-checks\.md|tests/",
    # circumstances that tests combine; a word of SEUR's interface
    "situations?": r"docs/outcomes\.md|tests/|addons/\w+/tests/|setup/carriers/",
    "stage": r"addons/.*\.(py|xml|js)",  # of leads in Odoo's CRM
    "stamps?": r"addons/reliability_(incident|outbound)/|docs/(incidents|outbound)\.md"
    r"|tests/servers/test_outbound\.py",  # of incidents
    # of benchmarks, and on alerts of objectives
    "verdicts?": r"setup/|tests/(benchmarks|soak|unit)/|addons/reliability_slo/",
    "visit(s|ing|ors?)?": r"setup/addon_pages\.py",  # methods of docutils' visitors
}
"""Paths in which a retired word has its plain meaning."""
CHECKED = re.compile(r"(addons|setup|tests|docs)/.*\.(py|xml|sql|js|md)$|README\.md$")
NOT_CHECKED = re.compile(  # the list of retired words, history, code of others
    r"docs/(glossary\.md|decisions/)|tests/upgrade/.*\.sql$|.*/(i18n|static/lib)/"
    r"|(setup/|tests/unit/test_)words\.py$"
)
CORE = "odoo.addons.reliability"
FLOORS = ("telemetry", "instrumentation", "collector", "models", "api")
"""What ``reliability`` consists of, each importing only what is before it; see
docs/architecture.md."""
UNNAMED = re.compile(r"\bAS (of|it)\b|\b(?:const|let|var) (of|it)\b|\b(of|it) =>")
"""Aliases in SQL, variables and arguments in JavaScript that are no names."""
NOT_CODE = re.compile(
    r"--[^\n]*|//[^\n]*|/\*.*?\*/|'[^'\n]*'|\"[^\"\n]*\"|`[^`]*`", re.DOTALL
)
"""Comments and texts in SQL and JavaScript."""
IDENTIFIER = re.compile(r"(?<![\w.])(?:this\.)?([A-Za-z_]\w*)")
XML_NAME = re.compile(r"\b(?:id|t-name|t-as|t-set)=\"([\w.-]+)\"")
_IN_NAME = re.compile(
    "|".join(f"(?:^|_)(?P<n{n}>{word})(?=_|$)" for n, word in enumerate(NAMES))
)
_IN_PROSE = re.compile(
    "|".join(rf"\b(?P<n{n}>{word})\b" for n, word in enumerate(PROSE)), re.IGNORECASE
)


def problems(path, text):
    """Yield ``(line, problem)`` of a file.

    :param path: below the checkout, with slashes
    """
    names = [(1, part) for part in re.split(r"[/.]", path)]
    if path.endswith(".py"):
        names += _defined_in(tree := ast.parse(text))
        yield from _check_imports(path, tree)
        yield from _check_floors(path, tree)
    elif path.endswith(".xml"):
        names += _matches(XML_NAME, text)
    elif path.endswith((".sql", ".js")):
        blank = NOT_CODE.sub(lambda found: "\n" * found[0].count("\n"), text)
        names += _matches(IDENTIFIER, blank)
    for line, name in names:
        if name in ("of", "it") and path.endswith((".py", ".xml")):
            yield line, f"a variable called {name!r}: name what it holds"
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        if snake.startswith("test_"):  # a sentence
            yield from _retired(path, line, _IN_PROSE, PROSE, snake.replace("_", " "))
        else:
            yield from _retired(path, line, _IN_NAME, NAMES, snake, f" in {name}")
    if not path.endswith(".md"):
        for line, name in _matches(UNNAMED, text):
            yield line, f"a variable called {name!r}: name what it holds"
    for found in _IN_PROSE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield from _retired(path, line, _IN_PROSE, PROSE, found[0])


def _defined_in(tree):
    """Yield the names that Python code defines, each with its line."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(attr=name, ctx=ast.Store())
                | ast.alias(asname=str(name))
                | ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.arg(arg=name)
            ):
                yield node.lineno, name


def _check_imports(path, tree):
    """Yield the imports by which an addon goes deeper than ``api``.

    Plain Python cannot import that, since it loads Odoo.
    """
    addon = re.match(r"addons/reliability_\w+/(tests/)?", path)
    if not addon:
        return
    allowed = ("api", "certificates", *(["tests"] if addon[1] else []))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = [node.module]
            if node.module == CORE:
                modules = [f"{CORE}.{alias.name}" for alias in node.names]
        else:
            continue
        for module in modules:
            inside = f"{module}.".removeprefix(f"{CORE}.")
            if inside != f"{module}." and inside.split(".")[0] not in allowed:
                yield node.lineno, f"imports {module}: import from {CORE}.api"


def _check_floors(path, tree):
    """Yield the imports by which a folder of ``reliability`` goes upwards."""
    found = re.match(r"addons/reliability/(\w+)/(.*/)?", path)
    if not found or found[1] not in FLOORS:
        return
    above = FLOORS[FLOORS.index(found[1]) + 1 :]
    to_the_addon = len(path.removeprefix("addons/reliability/").split("/"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.level != to_the_addon:
            continue
        names = [node.module] if node.module else [name.name for name in node.names]
        for name in names:
            if name.split(".")[0] in above:
                yield node.lineno, f"imports {name}, which is on a floor above"


def _retired(path, line, pattern, table, text, context=""):
    for found in pattern.finditer(text):
        word = list(table)[int(found.lastgroup[1:])]
        if not re.match(INNOCENT.get(word, "$"), path):
            retired = found[found.lastgroup]
            yield line, f"{retired!r}{context} is retired: say {table[word]}"


def _matches(pattern, text):
    """Yield the first group that matched, with its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in pattern.finditer(line):
            yield number, next(filter(None, found.groups()))


def main():
    """Print the problems of all files that Git knows or could know.

    :return: the exit code
    """
    every = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(every, cwd=paths.ROOT, capture_output=True, check=True)
    found = []
    for path in sorted(set(listed.stdout.decode().splitlines())):
        file = paths.ROOT / path
        if CHECKED.match(path) and not NOT_CHECKED.match(path) and file.is_file():
            for line, problem in sorted(set(problems(path, file.read_text()))):
                found.append(f"{path}:{line}: {problem}")
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
