"""An access log with a line of JSON for each request, read as it grows."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

MAX_BYTES = 4 * 2**20
"""Bytes that one reading takes: beyond them, the oldest new lines are left out."""
_MAX_LINE = 64 * 1024


class AccessLog:
    """Reads new lines of a file, which may be rotated or truncated.

    It begins at the end of the file: what happened before is no news.  A file that is
    not there yet is read from its beginning.

    :param max_bytes: of one reading
    """

    def __init__(self, path: Path | str, max_bytes: int = MAX_BYTES):
        self._path, self._max_bytes = path, max_bytes
        self._file: BinaryIO | None = None
        self._is_new, self._partial = False, b""

    def read(self) -> list[dict[str, Any]]:
        """Return the lines since the last reading; ``{}`` for what is no JSON object.

        :raise OSError: the file cannot be read
        """
        is_rotated = self._file is not None and not self._is_current(self._file)
        if self._file is None:
            self._open_first()
        found = list(self._new_lines())
        if is_rotated:
            self._open()
            found += self._new_lines()
        return found

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
        self._file = None

    def _open_first(self) -> None:
        try:
            self._open()
        except FileNotFoundError:
            self._is_new = True
            raise
        if not self._is_new:
            self._file.seek(0, os.SEEK_END)
        self._is_new = False  # what happens while it is closed is no news

    def _open(self) -> None:
        file = open(self._path, "rb")
        self.close()
        self._file, self._partial = file, b""

    def _is_current(self, file: BinaryIO) -> bool:
        """Whether the open file still has its name, or no file has it yet."""
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(file.fileno()))
        except FileNotFoundError:
            return True

    def _new_lines(self) -> Iterator[dict[str, Any]]:
        *lines, self._partial = self._new_bytes().split(b"\n")
        if len(self._partial) > _MAX_LINE:
            self._partial = b""
        yield from map(_parsed, filter(None, lines))

    def _new_bytes(self) -> bytes:
        """Return what is new, after the partial line that was read before."""
        file = self._file
        size = os.fstat(file.fileno()).st_size
        if size < file.tell():  # it was truncated
            file.seek(0)
            self._partial = b""
        if (skipped := size - file.tell() - self._max_bytes) > 0:
            file.seek(skipped, os.SEEK_CUR)
            self._partial = b""
            file.readline(_MAX_LINE)  # the rest of a line
        return self._partial + file.read(self._max_bytes)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        # A writer that does not append leaves zeros where the file was truncated.
        found = json.loads(line.lstrip(b"\0"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
