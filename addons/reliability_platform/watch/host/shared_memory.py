"""The memory that the telemetry folder is in, such as ``/dev/shm``."""

from pathlib import Path

from ..problem import Check, Problem
from .free_space import FreeSpace, free_space
from .part import HostPart


class SharedMemory(HostPart):
    """Checks the free space of the telemetry folder.

    :param data_dir: where the folder is on the same disk, that is checked already
    """

    def __init__(self, folder: Path, data_dir: Path):
        self._folder = folder
        self._data_dir = data_dir

    def check(self, cgroup, thresholds):
        space = free_space(self._folder)
        if space is None or self._is_on_disk():
            return Check(facts={"shared_memory_free_bytes": None})
        return Check(
            find_shared_memory_short(space, self._folder, thresholds),
            {"shared_memory_left_percent": space.percent},
            {"shared_memory_free_bytes": space.bytes},
        )

    def _is_on_disk(self) -> bool:
        try:
            return self._folder.stat().st_dev == self._data_dir.stat().st_dev
        except OSError:
            return False


def find_shared_memory_short(space: FreeSpace, folder, thresholds) -> list[Problem]:
    """Return the problem that little shared memory is left."""
    if space.percent > thresholds["shared_memory_left"]:
        return []
    return [Problem("shared_memory_short", "", space.numbers, {"folder": str(folder)})]
