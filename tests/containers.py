"""Containers with limits, and slow disks: cgroups and loop devices of the kernel.

They need root.  With cgroup v1, the files of v2 are links to those of v1 that have the
same lines, so that the kernel's own numbers are read in either version.
"""

import os
import subprocess
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from waiting import wait_until

ROOT = Path("/sys/fs/cgroup")
_PERIOD = 100_000
_V1 = {
    "cpu.stat": "cpu/{}/cpu.stat",
    "memory.current": "memory/{}/memory.usage_in_bytes",
    "memory.events": "memory/{}/memory.oom_control",
    "memory.max": "memory/{}/memory.limit_in_bytes",
    "memory.stat": "memory/{}/memory.stat",
    "cpu.pressure": "unified/{}/cpu.pressure",
}
"""File of version 2 → that of version 1, or of its unified hierarchy."""


class Container:
    """The cgroup of a container.

    :ivar folder: with the files of cgroup v2
    """

    def __init__(self, folder, cgroups):
        self.folder = folder
        self._cgroups = cgroups

    def command(self, *command):
        """Return a command that runs in it."""
        enter = "".join(f"echo $$ > {path}/cgroup.procs; " for path in self._cgroups)
        return ["sh", "-c", f'{enter} exec "$@"', "sh", *map(str, command)]

    @contextmanager
    def running(self, *command):
        """Run a program in it for the block."""
        process = subprocess.Popen(self.command(*command))
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@contextmanager
def container(folder, processors=None, memory=None):
    """Yield a new container; the test is skipped where none can be made.

    :param folder: for links
    :param processors, memory: its limits, the latter in bytes
    """
    with ExitStack() as stack:
        if (ROOT / "cgroup.controllers").exists():
            yield _version_2(stack, processors, memory)
        else:
            yield _version_1(stack, folder, processors, memory)


def _version_2(stack, processors, memory):
    cgroup = _make(stack, ROOT / _name())
    if not (cgroup / "cpu.max").exists() or not (cgroup / "memory.max").exists():
        pytest.skip("cgroups have no limits here: cgroup.subtree_control is empty")
    if processors:
        (cgroup / "cpu.max").write_text(f"{int(processors * _PERIOD)} {_PERIOD}")
    if memory:
        (cgroup / "memory.max").write_text(str(memory))
    return Container(cgroup, [cgroup])


def _version_1(stack, folder, processors, memory):
    name = _name()
    cgroups = [
        _make(stack, ROOT / hierarchy / name)
        for hierarchy in ("cpu", "memory", "unified")
    ]
    cpu, limits, _unified = cgroups
    maximum = "max"
    if processors:
        maximum = int(processors * _PERIOD)
        (cpu / "cpu.cfs_quota_us").write_text(str(maximum))
    if memory:
        (limits / "memory.limit_in_bytes").write_text(str(memory))
    folder.mkdir()
    (folder / "cpu.max").write_text(f"{maximum} {_PERIOD}\n")
    for new, old in _V1.items():
        (folder / new).symlink_to(ROOT / old.format(name))
    return Container(folder, cgroups)


def _name():
    return f"reliability-test-{os.getpid()}"


def _make(stack, path):
    """Make a cgroup, that is removed once its processes have ended."""
    try:
        path.mkdir()
    except OSError as error:
        pytest.skip(f"no cgroup can be made here: {error}")
    stack.callback(wait_until, lambda: _is_removed(path), f"{path} is busy")
    return path


def _is_removed(path):
    with suppress(OSError):
        path.rmdir()
    return not path.exists()


@contextmanager
def tmpfs(folder, megabytes):
    """Mount a small file system in memory for the block; skip where root is missing."""
    folder.mkdir()
    _run_or_skip("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def slow_disk(folder, writes_per_second):
    """Yield the folder of a disk, and a command that makes a program's writes slow.

    The kernel holds back the writes of a cgroup to the disk that is below it.
    """
    throttle = ROOT / "blkio"
    if not throttle.exists():
        pytest.skip("writes cannot be held back here: there is no blkio of cgroup v1")
    folder.mkdir()
    image, mounted = folder / "image", folder / "mounted"
    mounted.mkdir()
    with image.open("wb") as file:
        file.truncate(16 << 20)
    device = os.stat(image).st_dev
    with ExitStack() as stack:
        cgroup = _make(stack, throttle / _name())
        file = cgroup / "blkio.throttle.write_iops_device"
        limit = f"{os.major(device)}:{os.minor(device)} {writes_per_second}"
        try:
            file.write_text(limit)
        except OSError as error:
            pytest.skip(f"writes to this disk cannot be held back: {error}")
        loop = _run_or_skip("losetup", "--find", "--show", "--direct-io=on", image)
        stack.callback(subprocess.run, ["losetup", "--detach", loop], check=True)
        _run_or_skip("mkfs.ext4", "-q", "-O", "^has_journal", loop)
        _run_or_skip("mount", loop, mounted)
        stack.callback(subprocess.run, ["umount", mounted], check=True)
        yield mounted, Container(mounted, [cgroup])


def _run_or_skip(*command):
    """Run a command that needs root, and return its output."""
    try:
        found = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"{command[0]} does not work here: {error}")
    return found.stdout.strip()
