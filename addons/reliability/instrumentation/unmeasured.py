"""What is not measured: work that the business did not ask for, such as a rehearsal.

Inside ``with unmeasured():`` nothing that this thread does is recorded: neither calls,
spans, requests and other events, nor attempts of exchanges, nor the time that it waits
for partner systems.  What began before is recorded as ever, and other threads are.
"""

import contextlib
import threading
from collections.abc import Iterator


class _Thread(threading.local):
    """The present thread.

    :ivar depth: the number of reasons to record nothing: the blocks around what it
        does, and its request, once that is left out
    :ivar serves_request: whether it serves a request, with whose end both attributes
        get their values of before
    """

    depth = 0
    serves_request = False


thread = _Thread()
"""Code around calls and requests uses it without a function, which could raise where no
error of ours may."""


def is_unmeasured() -> bool:
    """Return whether nothing that this thread does now is recorded."""
    return thread.depth > 0


@contextlib.contextmanager
def unmeasured() -> Iterator[None]:
    """Record nothing of what this thread does in the block."""
    thread.depth += 1
    try:
        yield
    finally:
        thread.depth -= 1


def leave_out_request() -> None:
    """Record nothing of the rest of the present request, and not the request itself.

    Outside of a request it does nothing.
    """
    if thread.serves_request:
        thread.depth += 1
