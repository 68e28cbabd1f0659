"""Leasing slots.

A worker records into a file of its own: the first of ``slot-000`` and up, in one
folder, that no living process has locked.  The kernel releases the lock however the
worker ends, so files are reused, and there are about as many of them as workers.

The next holder of a lock recovers the slot: the calls that a dead worker left in flight
become events with the outcome ``killed`` or ``unknown``.
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
from .file import COMMITTING, FREE, LEFT_OUT, RING_EVENTS, SlotFile, Unusable

_logger = logging.getLogger(__name__)

MAX_SLOTS = 512


def prepare_folder(folder: Path) -> None:
    """Make a private folder, such as that of the slots, if it does not exist.

    :raise OSError: it cannot be made, or another user owns it or may write to it; such
        a folder in a shared place like ``/dev/shm`` must not be trusted
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise PermissionError(f"{folder} does not belong to the user who runs Odoo")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"others may write to {folder}: chmod 700 it")


def slot_paths(folder: Path) -> list[Path]:
    """Return the existing slot files, in order."""
    return sorted(folder.glob("slot-[0-9][0-9][0-9]"))


def lease(folder: Path) -> SlotFile:
    """Return the first free slot, recovered, and locked for this process.

    :raise OSError: the folder cannot be used, the storage is full or read-only, or
        all :data:`MAX_SLOTS` slots are leased
    """
    prepare_folder(folder)
    for number in range(MAX_SLOTS):
        path = folder / f"slot-{number:03}"
        slot = _lease_file(path) or _lease_file(path)
        if slot is not None:
            recover(slot)
            slot.count_lease()
            return slot
    raise OSError(f"all {MAX_SLOTS} slots in {folder} are taken")


def make_spare(folder: Path, known: Collection[Path]) -> None:
    """Make one more free slot, besides the known ones.

    :raise OSError: the storage is full or read-only
    """
    for number in range(MAX_SLOTS):
        path = folder / f"slot-{number:03}"
        slot = None if path in known else _lease_file(path)
        if slot is not None:
            slot.close()
            return


@contextlib.contextmanager
def try_lock_path(path: Path) -> Iterator[bool]:
    """Lock a slot file for the block, if it is free; yield whether it is."""
    fd = open_locked(path, os.O_RDWR)
    try:
        yield fd is not None
    finally:
        if fd is not None:
            os.close(fd)


@contextlib.contextmanager
def try_lock(fd: int) -> Iterator[bool]:
    """Lock an open slot file for the block, if it is free; yield whether it is."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    try:
        yield True
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)


def recover(slot: SlotFile) -> None:
    """Turn the calls that a dead process left in flight into events, each once.

    The caller must hold the lock.  If the process died between appending an event and
    freeing its entry, the call has its event already.  What is left out has none.
    """
    left = list(slot.in_flight())
    if not left:
        return
    recorded = {event.call for event in slot.read(slot.head - RING_EVENTS)[0]}
    for entry in left:
        if entry.call not in recorded and entry.phase != LEFT_OUT:
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
        slot.set_phase(entry.entry, FREE)


def boot_time() -> float:
    """Return seconds since boot, which do not change when the clock is set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def quarantine(path: Path, reason: object) -> None:
    """Rename an unusable file, and replace the one quarantined before."""
    target = path.with_name(f"{path.name}.quarantined")
    # As text: a log handler may keep the error, whose traceback refers to a mapping of
    # the file, which would keep the lock.
    _logger.warning("%s is quarantined as %s: %s", path, target.name, str(reason))
    os.replace(path, target)


def is_at(fd: int, path: Path) -> bool:
    """Return whether an open file is still the one at ``path``."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def open_locked(path: Path, flags: int) -> int | None:
    """Open and lock a file; return ``None`` if another process holds the lock."""
    try:
        fd = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except (FileNotFoundError, IsADirectoryError):
        return None
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Between opening and locking, the file may have been quarantined or retired.
        if is_at(fd, path):
            return fd
    os.close(fd)
    return None


def _lease_file(path: Path) -> SlotFile | None:
    """Lock and map one file; return ``None`` if it is leased or was quarantined."""
    fd = open_locked(path, os.O_RDWR | os.O_CREAT)
    return None if fd is None else _open_or_create(path, fd)


def _open_or_create(path: Path, fd: int) -> SlotFile | None:
    """Map a locked file; return ``None`` if it had to be quarantined."""
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
