"""Signals that end the probe: at any moment, except while it cleans up."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = signal.SIGTERM, signal.SIGINT


@contextmanager
def deferred() -> Iterator[None]:
    """Let signals wait until what must not be broken off is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
