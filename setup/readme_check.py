"""Check that the commands in README.md exist.

Checked are the targets of make, scripts and files in its ``sh`` blocks, and each
`make ...` between backticks elsewhere; not files below ``.run/``, which scripts make.
"""

import itertools
import re
import shlex
import sys

from . import paths

README = paths.ROOT / "README.md"
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]*\bmake [^`\n]+)`")
TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)
FILE = re.compile(r"^(?:\./)?[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|sh|txt|toml|xml))$|/")
SEPARATORS = re.compile(r"&&|\|\||[;|]")


def missing():
    """Return the names in README.md's commands that do not exist."""
    if not README.is_file():
        return ["README.md"]
    found = []
    for command in _commands(README.read_text()):
        words = _without_assignments(shlex.split(command, comments=True))
        found += _missing_targets(words) + _missing_files(words)
    return found


def _commands(text):
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from SEPARATORS.split(line.removeprefix("$ "))
    yield from INLINE.findall(BLOCK.sub("", text))


def _without_assignments(words):
    """Return a command without the variables set before it, as in ``A=1 make demo``."""
    return list(itertools.dropwhile(lambda word: "=" in word, words))


def _missing_targets(words):
    if not words or words[0] != "make":
        return []
    targets = TARGET.findall((paths.ROOT / "Makefile").read_text())
    named = [word for word in words[1:] if "=" not in word]
    return [f"make {name}" for name in named if name not in targets]


def _missing_files(words):
    named = [word for word in words if _is_own_file(word)]
    return [word for word in named if not (paths.ROOT / word).exists()]


def _is_own_file(word):
    elsewhere = word.startswith((".run/", "/", "~", "-")) or "://" in word
    return bool(FILE.search(word)) and not elsewhere and not set(word) & set("=$ ")


if __name__ == "__main__":
    if names := missing():
        sys.exit(f"README.md names what does not exist: {', '.join(names)}")
