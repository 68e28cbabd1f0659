"""Waiting for a condition: the one place where tests let time pass."""

import time

TIMEOUT = 300
"""Seconds that only a real failure takes, however busy the machine is."""
_PAUSES = 0.01, 0.5
"""Seconds between two looks, at first and at most: to look costs a processor."""


def wait_until(condition, otherwise="it never came true", timeout=TIMEOUT):
    """Return what a condition returns, once that is true.

    :param otherwise: what to say if it does not become true, or what to call for that
    :raise AssertionError: it does not become true
    """
    found = met(condition, timeout)
    assert found, otherwise() if callable(otherwise) else otherwise
    return found


def met(condition, timeout=TIMEOUT):
    """Return what a condition returns, once that is true, or last."""
    deadline = time.monotonic() + timeout
    pause, longest = _PAUSES
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(1.5 * pause, longest)
    return found
