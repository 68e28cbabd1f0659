"""The cgroup v2 of Odoo's processes: what their container or service may use."""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")


class Cgroup(NamedTuple):
    """A cgroup.

    Files that are absent read as nothing: each belongs to a controller that may be off.

    :ivar folder: with its files
    :ivar is_container: whether it is that of a container, rather than of a service
    """

    folder: Path
    is_container: bool

    def text(self, name: str) -> str:
        """Return the content of a file; empty if it cannot be read."""
        return read_text(self.folder / name)

    def number(self, name: str) -> int | None:
        """Return the number in a file; ``None`` without one, or for ``max``."""
        text = self.text(name).strip()
        return int(text) if text.isdecimal() else None

    def counts(self, name: str) -> dict[str, int]:
        """Return the numbers by name in a file such as ``cpu.stat``."""
        return read_counts(self.folder / name)


def find_cgroup(pids: Iterable[int], proc: Path = PROC) -> Cgroup | None:
    """Return the cgroup of Odoo's processes, else our own.

    A collector beside Odoo, in a container of its own, sees Odoo's cgroup where the two
    share the namespace of processes and the user.

    :param pids: processes of Odoo
    :return: ``None`` without cgroup v2
    """
    found = (_cgroup_of(proc / str(pid)) for pid in (*pids, "self"))
    return next(filter(None, found), None)


def _cgroup_of(process: Path) -> Cgroup | None:
    """Return the cgroup of a process as the process itself sees it."""
    lines = read_text(process / "cgroup").splitlines()
    path = next((line[3:] for line in lines if line.startswith("0::")), None)
    if path is None:
        return None
    root = process / "root/sys/fs/cgroup"
    # The path is the one that we see: a container sees its own cgroup as the root.
    for folder in (root / path.lstrip("/"), root):
        with contextlib.suppress(OSError):
            if (folder / "cgroup.controllers").exists():  # absent with v1
                # The root of all cgroups has no type: there is no container.
                is_container = folder == root and (folder / "cgroup.type").exists()
                return Cgroup(folder, is_container)
    return None


def read_counts(path: Path) -> dict[str, int]:
    """Return the numbers in a file with lines of a name and a number."""
    pairs = (line.split() for line in read_text(path).splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2}


def read_text(path: Path) -> str:
    """Return the content of a file; empty if it cannot be read."""
    try:
        return path.read_text()
    except OSError:
        return ""
