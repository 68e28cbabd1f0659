"""Locks, so that only one make of this checkout does the same work at a time."""

import fcntl
from contextlib import contextmanager

from . import paths
from .steps import say


@contextmanager
def lock(work, shared=False):
    """Hold the lock named ``work`` for the block; print a line before waiting for it.

    The kernel releases the lock when the process ends, however it ends.

    :param shared: whether others may hold the lock at the same time, also shared
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    paths.RUN.mkdir(exist_ok=True)
    with (paths.RUN / f"{work}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"-> Waiting: another make of this checkout does the {work}")
            fcntl.flock(handle, kind)
        yield
