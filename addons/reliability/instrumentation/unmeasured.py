"""What is not measured: work that the business did not ask for, such as a rehearsal.

Inside ``with unmeasured():`` nothing that this thread does is recorded: neither calls,
spans, requests and other events, nor attempts of exchanges, nor the time that it waits
for partner systems.  What began before is recorded as ever, and other threads are.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator


class _Thread(threading.local):
    """The present thread.

    :ivar depth: the number of reasons to record nothing: the blocks around what it
        does, and its request, once that is left out
    :ivar leave_out_span: leaves out the span of the request that it serves, with whose
        end both attributes get their values of before; ``None`` outside of requests
    """

    depth = 0
    leave_out_span: Callable[[], None] | None = None


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

    That holds if its worker is killed, too.  Outside of a request it does nothing.
    """
    if thread.leave_out_span is not None:
        thread.depth += 1
        thread.leave_out_span()
