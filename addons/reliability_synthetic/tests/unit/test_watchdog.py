"""The watchdog leaves the interpreter as it was."""

import os
import signal
import sys

import pytest
from reliability_synthetic.watchdog import LimitReached, Watchdog

FOREVER, NOW = 3600.0, 0.0


def do_nothing():
    """Be traced."""


def trace_code_after(seconds):
    """Trace a function, as debuggers do, after a limit was watched.

    Where CPython 3.11 looks for an exception that was withdrawn, that never ends.
    """
    watchdog = Watchdog(seconds, lambda: None)
    try:
        watchdog.start()
        while seconds == NOW:
            pass
    except LimitReached:
        assert watchdog.is_over
    watchdog.stop()
    sys.settrace(lambda *_event: None)
    do_nothing()


@pytest.mark.parametrize("seconds", [FOREVER, NOW])
def test_code_that_is_traced_afterwards_goes_on(seconds):
    child = os.fork()
    if not child:
        signal.alarm(30)  # ends it if it hangs
        try:
            trace_code_after(seconds)
            os._exit(0)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
