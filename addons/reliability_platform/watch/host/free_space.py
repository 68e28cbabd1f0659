"""The free space of a file system."""

import os
from pathlib import Path
from typing import NamedTuple


class FreeSpace(NamedTuple):
    """What unprivileged users may still write.

    :ivar bytes: the space
    :ivar percent: the free share of space or of files (inodes): the smaller one
    :ivar files: the number of files, where these are scarcer; else ``None``
    """

    bytes: int
    percent: float
    files: int | None = None

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers for sentences."""
        if self.files is not None:
            return {"percent": self.percent, "files": self.files}
        return {"percent": self.percent, "megabytes": self.bytes / 1e6}


def free_space(folder: Path) -> FreeSpace | None:
    """Return the free space where a folder is; ``None`` if it does not exist."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    # As df: what is reserved for root is neither used nor free.
    used = found.f_blocks - found.f_bfree
    percent = 100 * found.f_bavail / max(1, used + found.f_bavail)
    space = FreeSpace(found.f_bavail * found.f_frsize, percent)
    if found.f_files and (files := 100 * found.f_favail / found.f_files) < percent:
        return space._replace(percent=files, files=found.f_favail)
    return space
