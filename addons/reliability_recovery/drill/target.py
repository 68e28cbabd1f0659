"""The folder of one drill: its name cannot be that of anything alive."""

import fcntl
import os
import secrets
import shutil
import string
from pathlib import Path

PREFIX = "reliability-drill-"
_LOCK = "lock"
_OF_OTHERS = (
    "PG_VERSION",
    *("backup.info", "archive.info", "backup/*/backup.info", "archive/*/archive.info"),
)
"""Files in a folder of PostgreSQL, in one of a stanza, and in a repository."""
_LETTERS = string.ascii_lowercase + string.digits
_LENGTH = 8

_MAX_PARENT = 107 - len(PREFIX) - _LENGTH - len("/s/.s.PGSQL.5432/") - 1
"""Bytes; a socket has 107."""


class Refused(Exception):
    """A drill that must not begin; the text says why, and what to do."""


class Target:
    """A folder that one drill has for itself while its process lives.

    :ivar folder: its path, which begins with :data:`PREFIX` and ends in random letters
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: int | None = None

    @classmethod
    def begin(cls, parent: Path) -> "Target":
        """Return a new folder that nobody else can read.

        :raise Refused: the parent is no folder for drills
        """
        check_parent(parent)
        random = "".join(secrets.choice(_LETTERS) for _letter in range(_LENGTH))
        target = cls(parent / f"{PREFIX}{random}")
        target.folder.mkdir(mode=0o700)
        if not target.take():
            raise Refused(f"Another process uses {target.folder}.")
        return target

    def take(self) -> bool:
        """Return whether the folder belongs to this process from now on.

        The lock ends with the process, also when it is killed.
        """
        lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def remove(self) -> None:
        """Delete the folder; its name goes last, so a kill leaves it to be found."""
        for path in self.folder.iterdir():
            if path.name == _LOCK:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.rmtree(self.folder)
        if self._lock is not None:
            os.close(self._lock)


def check_parent(parent: Path) -> None:
    """Check that a folder may contain drills.

    :raise Refused: it may not
    """
    if not parent.is_dir():
        raise Refused(f"There is no folder {parent}: create it, with space for a copy.")
    for folder in (parent.resolve(), *parent.resolve().parents):
        if any(any(folder.glob(pattern)) for pattern in _OF_OTHERS):
            raise Refused(
                f"{folder} is the folder of a database server or of its backups:"
                " name another one by --folder."
            )
    if len(os.fsencode(parent.resolve())) > _MAX_PARENT:
        raise Refused(
            f"The path of {parent} is too long for a socket: name a shorter one."
        )


def leftovers(parent: Path) -> list[Target]:
    """Return the folders of drills that have ended without deleting them."""
    found = [
        Target(path) for path in sorted(parent.glob(f"{PREFIX}*")) if path.is_dir()
    ]
    return [target for target in found if target.take()]
