"""Let one make at a time do the same work."""

import fcntl
from contextlib import contextmanager

from . import paths
from .steps import say


@contextmanager
def lock(work, shared=False):
    """Hold the lock named ``work``; say so when another process makes us wait.

    The kernel frees it when the holder ends, however it ends.

    :param shared: with others who share it
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
