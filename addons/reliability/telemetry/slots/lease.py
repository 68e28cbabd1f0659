"""Leasing worker slots.

A worker records into a file of its own, ``slot-000`` and up in one folder: the first
that no living process has locked.  The kernel frees the lock however the worker dies,
so files are reused and there are about as many of them as there are workers.

Whoever gets the lock of a slot first settles what its last holder left open: the
calls in flight become events ``killed`` or ``unknown``.
"""

import contextlib
import fcntl
import logging
import os
import stat
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from ..events import Event
from .file import COMMITTING, FREE, RING_EVENTS, SlotFile, Unusable

_logger = logging.getLogger(__name__)

MAX_SLOTS = 512


def prepare_folder(folder: Path) -> None:
    """Make the folder of the slots, for us alone.

    :raise OSError: it cannot be made, or somebody else made it: in a shared place
        like ``/dev/shm`` a stranger's folder must not be trusted
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise PermissionError(f"{folder} does not belong to the user who runs Odoo")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"others may write to {folder}: chmod 700 it")


def slot_paths(folder: Path) -> list[Path]:
    """Return the slot files that exist, in order."""
    return sorted(folder.glob("slot-[0-9][0-9][0-9]"))


def lease(folder: Path) -> SlotFile:
    """Return the first free slot, settled and locked for this process.

    :raise OSError: the folder cannot be used, the storage is full or read-only, or
        all :data:`MAX_SLOTS` slots are taken
    """
    prepare_folder(folder)
    for number in range(MAX_SLOTS):
        path = folder / f"slot-{number:03}"
        slot = _lease_file(path) or _lease_file(path)
        if slot is not None:
            settle(slot)
            return slot
    raise OSError(f"all {MAX_SLOTS} slots in {folder} are taken")


def make_spare(folder: Path, known: Collection[Path]) -> None:
    """Make one more free slot, besides those that are known.

    :raise OSError: the storage is full or read-only
    """
    for number in range(MAX_SLOTS):
        path = folder / f"slot-{number:03}"
        slot = None if path in known else _lease_file(path)
        if slot is not None:
            slot.close()
            return


@contextlib.contextmanager
def borrowed(path: Path) -> Iterator[bool]:
    """Hold the lock of a slot for a moment; say whether it was free."""
    fd = open_locked(path, os.O_RDWR)
    try:
        yield fd is not None
    finally:
        if fd is not None:
            os.close(fd)


@contextlib.contextmanager
def locked(fd: int) -> Iterator[bool]:
    """Hold the lock of an open slot for a moment; say whether it was free."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    try:
        yield True
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)


def settle(slot: SlotFile) -> None:
    """Turn the calls that a dead process left in flight into events, each once.

    Only the holder of the lock may.  The process may have died between appending an
    event and clearing its entry: such a call has its event already.
    """
    left = list(slot.in_flight())
    if not left:
        return
    recorded = {event.call for event in slot.read(slot.head - RING_EVENTS)[0]}
    for entry in left:
        if entry.call not in recorded:
            slot.append(
                Event(
                    series=entry.series,
                    outcome="unknown" if entry.phase == COMMITTING else "killed",
                    ended=time.time(),
                    seconds=max(0.0, boot_time() - entry.started),
                    records=entry.records,
                    record_id=entry.record_id,
                    depth=entry.depth,
                    call=entry.call,
                )
            )
        slot.enter(entry.entry, FREE)


def boot_time() -> float:
    """Return seconds since boot: no setting of the clock changes what has passed."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def quarantine(path: Path, reason: object) -> None:
    """Put a file that we cannot use out of the way, keeping the newest such one."""
    aside = path.with_name(path.name + ".aside")
    # As text: the error knows by its traceback a mapping of the file, which keeps the
    # lock, and a handler may keep the record.
    _logger.warning("%s is set aside as %s: %s", path, aside.name, str(reason))
    os.replace(path, aside)


def is_at(fd: int, path: Path) -> bool:
    """Say whether an open file is still the one in its place."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def open_locked(path: Path, flags: int) -> int | None:
    """Open and lock a file, or return ``None`` where another process holds it."""
    try:
        fd = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except (FileNotFoundError, IsADirectoryError):
        return None
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Between opening and locking, the file may have been set aside or retired.
        if is_at(fd, path):
            return fd
    os.close(fd)
    return None


def _lease_file(path: Path) -> SlotFile | None:
    """Lock and map one file; ``None`` where it is taken, or was just set aside."""
    fd = open_locked(path, os.O_RDWR | os.O_CREAT)
    return None if fd is None else _open_or_create(path, fd)


def _open_or_create(path: Path, fd: int) -> SlotFile | None:
    """Map a locked file, or return ``None`` where it had to be set aside."""
    try:
        slot = SlotFile(fd) if os.fstat(fd).st_size else SlotFile.create(fd)
        slot.series()
        return slot
    except Unusable as error:
        quarantine(path, error)
        os.close(fd)
        return None
    except OSError:
        os.close(fd)
        raise
