"""Processes that want to record and have no slot: they say so while it lasts.

Such a process holds the lock of an empty file beside the slots.  An empty file needs no
storage, and the kernel releases the lock however the process ends.
"""

import contextlib
import os
import secrets
from pathlib import Path

from . import lease


class Notice:
    """The notice that this process has no slot, until :meth:`withdraw`."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._fd: int | None = None

    def give(self, folder: Path) -> None:
        """Give notice in the folder of the slots, once, if it can be used at all."""
        if self._fd is not None:
            return
        path = folder / f"without-slot-{secrets.token_hex(8)}"
        with contextlib.suppress(OSError):
            lease.prepare_folder(folder)
            self._fd = lease.open_locked(path, os.O_RDWR | os.O_CREAT)
            self._path = path

    def withdraw(self) -> None:
        """Withdraw the notice, if there is one."""
        if self._fd is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
        self.close()

    def close(self) -> None:
        """Close our copy of the file, such as that of the parent after a fork."""
        if self._fd is not None:
            os.close(self._fd)
        self._fd = self._path = None


def count_without_slot(folder: Path) -> int:
    """Return the number of living processes without a slot; delete other notices."""
    living = 0
    for path in folder.glob("without-slot-*"):
        with lease.try_lock_path(path) as is_left:
            if is_left:
                path.unlink(missing_ok=True)
            else:
                living += path.exists()
    return living
