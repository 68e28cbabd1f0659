"""The folder with a copy of the ledger: files of JSON Lines, one for each day.

Only the user who makes the copy can read them.  Plain Python, without a database.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple

_POSITION, _LOCK = "position.json", "lock"
_ATTEMPTS = "attempts-*.jsonl"
_WHAT_TO_DO = f"Delete {_POSITION}: the copy begins again, and adds to what is there."


class Refused(Exception):
    """A folder cannot be copied to, or compared with; the text says why."""


class Position(NamedTuple):
    """How far a copy has come.

    :ivar database: UUID of the copied database
    :ivar file: name of the last file
    :ivar size: bytes of it that are complete
    :ivar last: the largest id of an attempt; 0 before the first one
    :ivar started: when that one began, in seconds since 1970
    :ivar states: ``(id, what was known)`` of the attempts that are read again
    """

    database: str = ""
    file: str = ""
    size: int = 0
    last: int = 0
    started: float = 0
    states: tuple[tuple[int, str], ...] = ()


class CopyFolder:
    """A folder that exists: where it does not, its disk may not be mounted."""

    def __init__(self, path: Path):
        self._path = path

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other command use the folder during the block.

        :raise Refused: another one does
        :raise OSError: the folder cannot be written
        """
        with self._open(_LOCK, "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(f"Another command uses {self._path}.") from None
            yield

    def position(self) -> Position:
        """Return how far the copy has come.

        :raise Refused: its files are not those that it has written
        """
        file = self._path / _POSITION
        try:
            position = Position(**json.loads(file.read_text()))
            size = (self._path / position.file).stat().st_size
        except FileNotFoundError as error:
            if error.filename == str(file):
                return Position()
            raise Refused(f"{error.filename} is missing. {_WHAT_TO_DO}") from None
        except (ValueError, TypeError):
            raise Refused(f"{file} is damaged. {_WHAT_TO_DO}") from None
        if position.file and size < position.size:
            raise Refused(f"{self._path / position.file} is cut off. {_WHAT_TO_DO}")
        return position

    def set_position(self, position: Position) -> None:
        """Store how far the copy has come, at once or not at all."""
        draft = self._path / f"{_POSITION}.new"
        with self._open(draft.name, "w") as file:
            json.dump(position._asdict(), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path / _POSITION)

    def begin_again(self) -> None:
        """Let the next copy begin with the oldest attempts; what is there stays."""
        (self._path / _POSITION).unlink(missing_ok=True)

    @contextlib.contextmanager
    def appending(self, position: Position, day: date) -> Iterator[BinaryIO]:
        """Yield the file of a day, to which lines are added.

        What an earlier run has added without an end is replaced: it was killed, or the
        disk was full.

        :param position: after the last run; the next one is to be stored by
            :meth:`set_position` with the file's name and size
        """
        name = _file_of(day)
        with self._open(name, "ab") as file:
            if position.file == name:
                file.truncate(position.size)
            else:
                file.write(b"\n" if _size(file) else b"")  # the last may be incomplete
                file.flush()
                self.set_position(position._replace(file=name, size=_size(file)))
            yield file
            file.flush()
            os.fsync(file.fileno())

    def end(self, position: Position, day: date) -> Position:
        """Return a position with the present file of a day and its size."""
        name = _file_of(day)
        return position._replace(file=name, size=(self._path / name).stat().st_size)

    def lines(self) -> Iterator[dict]:
        """Yield the messages of all files, oldest first, but no incomplete ones.

        :raise FileNotFoundError: there is no copy
        """
        files = sorted(self._path.glob(_ATTEMPTS))
        if not files:
            raise FileNotFoundError(f"There is no copy of a ledger in {self._path}.")
        for path in files:
            with path.open("rb") as file:
                for line in file:
                    with contextlib.suppress(ValueError):
                        yield json.loads(line)

    def delete_before(self, day: date) -> None:
        """Delete the files of earlier days."""
        for path in self._path.glob(_ATTEMPTS):
            if path.name < _file_of(day):
                path.unlink()

    def _open(self, name, mode):
        def opener(path, flags):
            return os.open(path, flags, 0o600)

        return open(self._path / name, mode, opener=opener)


def _file_of(day):
    return _ATTEMPTS.replace("*", day.isoformat())


def _size(file):
    return os.fstat(file.fileno()).st_size
