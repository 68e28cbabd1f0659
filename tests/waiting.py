"""Wait for conditions: the only module in which tests may sleep."""

import time

TIMEOUT = 300
"""Seconds; only a real failure takes so long, however busy the machine is."""
_PAUSES = 0.01, 0.5
"""Seconds between two checks: the first, and the longest."""


def wait_until(condition, otherwise="it never came true", timeout=TIMEOUT):
    """Wait until a condition returns something true, and return that.

    :param otherwise: message of the error, or a function that returns it
    :raise AssertionError: the condition does not become true in time
    """
    found = poll(condition, timeout)
    assert found, otherwise() if callable(otherwise) else otherwise
    return found


def poll(condition, timeout=TIMEOUT):
    """Call a condition until it returns something true, or until the timeout.

    :return: what it returned last
    """
    deadline = time.monotonic() + timeout
    pause, longest = _PAUSES
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(1.5 * pause, longest)
    return found
