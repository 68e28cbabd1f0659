"""The commit that a folder is checked out at, read without running Git; plain Python.

As of Git's documentation (gitrepository-layout, git-worktree): ``HEAD`` has a commit,
or the name of a reference.  A reference is a file of its own, or a line of
``packed-refs``; those of a worktree are in the repository that it belongs to.  Changes
that are not committed are not seen.
"""

import re
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REFERENCE = re.compile(r"ref:\s*(refs/\S+)")
_MAX_BYTES = 10_000_000
"""Of ``packed-refs``, with some 100,000 references."""
_MAX_LINKS = 5
"""References to references."""


def git_revision(folder: str | Path) -> str | None:
    """Return the commit of the checkout that a folder is in.

    :return: ``None`` if it is in none, or it cannot be read
    """
    try:
        found = _git_folder(Path(folder).resolve())
        return _commit(found, _common_folder(found)) if found else None
    except (OSError, UnicodeDecodeError, RuntimeError):  # RuntimeError: a loop of links
        return None


def _git_folder(folder):
    for parent in (folder, *folder.parents):
        found = parent / ".git"
        if found.is_dir():
            return found
        if found.is_file():  # of a worktree or submodule
            text = _read(found)
            if text.startswith("gitdir:"):
                return parent / text.removeprefix("gitdir:").strip()
    return None


def _common_folder(git_folder):
    """Return the folder of the repository that a worktree belongs to."""
    common = git_folder / "commondir"
    return git_folder / _read(common).strip() if common.is_file() else git_folder


def _commit(git_folder, common_folder):
    text = _read(git_folder / "HEAD").strip()
    for _link in range(_MAX_LINKS):
        if _COMMIT.fullmatch(text):
            return text
        found = _REFERENCE.fullmatch(text)
        if not found or ".." in found[1]:
            return None
        text = _reference(found[1], git_folder, common_folder)
    return None


def _reference(name, git_folder, common_folder):
    for folder in (git_folder, common_folder):
        if (folder / name).is_file():
            return _read(folder / name).strip()
    packed = common_folder / "packed-refs"
    if packed.is_file():
        for line in _read(packed).splitlines():
            commit, _blank, packed_name = line.partition(" ")
            if packed_name == name:
                return commit
    return ""


def _read(path):
    with path.open(encoding="utf-8") as file:
        return file.read(_MAX_BYTES)
