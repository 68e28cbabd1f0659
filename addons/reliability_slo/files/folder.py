"""The folder with the files, which odoo.conf names."""

import functools
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .content import Content
from .documents import Document, parse
from .reading import read_all
from .remarks import Origin, Remark

ENDINGS = (".yaml", ".yml")
MAX_BYTES = 1_000_000
"""The largest file that is read."""
MAX_FILES = 500


class _File(NamedTuple):
    """A file as it is now; another tuple once it was changed or replaced."""

    name: str
    size: int
    modified: int
    inode: int
    mode: int


def read_folder(path: str) -> Content:
    """Return what the files of a folder say.

    It reads files that end with ``.yaml`` or ``.yml``, in the order of their names: no
    hidden ones, and none of folders below it.  A file may be a symbolic link, as in a
    ConfigMap of Kubernetes.  What it returns is shared: read it only.
    """
    return _read(path, _files(path))


def fingerprint(path: str) -> str:
    """Return a text that is another one once a name or the contents of a file change.

    It is the same on all hosts.  Files are read again only if they were changed.
    """
    return _fingerprint(path, _files(path))


def _files(path: str) -> tuple[_File, ...] | str:
    """Return the files of a folder, or why it cannot be read."""
    try:
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        return error.strerror
    chosen = [name for name in names if name.endswith(ENDINGS) and name[0] != "."]
    return tuple(_file(path, name) for name in chosen)


def _file(path: str, name: str) -> _File:
    try:
        found = os.stat(Path(path, name))
    except OSError:  # reading says why
        return _File(name, 0, 0, 0, stat.S_IFREG)
    return _File(name, found.st_size, found.st_mtime_ns, found.st_ino, found.st_mode)


@functools.lru_cache(maxsize=4)
def _fingerprint(path: str, files: tuple[_File, ...] | str) -> str:
    digest = hashlib.sha256()
    for name, data in _contents(path, files):
        text = data if isinstance(data, bytes) else str(data).encode()
        for part in (name.encode(errors="surrogateescape"), text):
            digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


@functools.lru_cache(maxsize=4)
def _read(path: str, files: tuple[_File, ...] | str) -> Content:
    documents: list[Document] = []
    problems: list[Remark] = []
    for name, data in _contents(path, files):
        found, refused = _documents(name, data)
        documents += found
        problems += refused
    return read_all(documents, problems)


def _documents(name: str, data: bytes | Remark) -> tuple[list[Document], list[Remark]]:
    if isinstance(data, Remark):
        return [], [data]
    try:
        return parse(data.decode("utf-8-sig"), _shown(name))
    except UnicodeDecodeError:
        return [], [Remark(Origin(_shown(name)), "no_text", {})]


def _contents(
    path: str, files: tuple[_File, ...] | str
) -> Iterator[tuple[str, bytes | Remark]]:
    """Yield the name and the contents of each file, or the problem that it is."""
    if isinstance(files, str):
        yield "", Remark(Origin(""), "folder", {"path": path, "error": files})
        return
    if len(files) > MAX_FILES:
        values = {"count": len(files), "limit": MAX_FILES}
        yield "", Remark(Origin(""), "too_many_files", values)
        return
    for file in files:
        yield file.name, _data(path, file)


def _data(path: str, file: _File) -> bytes | Remark:
    origin = Origin(_shown(file.name))
    if not stat.S_ISREG(file.mode):
        return Remark(origin, "no_file", {})
    try:
        with open(Path(path, file.name), "rb", opener=_open) as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Remark(origin, "unreadable", {"error": error.strerror})
    if len(data) > MAX_BYTES:
        return Remark(origin, "too_large", {"limit": MAX_BYTES})
    return data


def _shown(name: str) -> str:
    """Return the name of a file as text that can be stored."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _open(path: str, flags: int) -> int:
    """Open a file, without waiting if it is a pipe by now."""
    return os.open(path, flags | os.O_NONBLOCK)
