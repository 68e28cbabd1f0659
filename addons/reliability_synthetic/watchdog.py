"""Ends what a thread does when its time is over, in Python and in PostgreSQL."""

import contextlib
import ctypes
import logging
import sys
import threading
from collections.abc import Callable

_SECONDS_BETWEEN = 1.0
"""Until it is ended once more: the exception may be swallowed, as in ``__del__``."""

_SECONDS_UNTIL_NEXT = 0.01
"""Until it is tried again to end a thread that takes a lock or gives it back."""

_MODULES = {module.__name__ for module in (contextlib, logging, threading)}
_FUNCTIONS = {
    *("__enter__", "__exit__", "acquire", "release"),
    *("_acquireLock", "_releaseLock", "_acquire_restore", "_release_save"),
}
"""Where locks of the whole process are taken and given back, in Python.

A thread that is ended in them never gives the lock back, and others wait for it.
"""

_raise_in_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc


class LimitReached(BaseException):
    """The time of the thread is over; no ``Exception``, so that code does not go on."""


class Watchdog:
    """Raises :class:`LimitReached` in the thread that has made it, until it is stopped.

    A call that does not return to Python ends only if ``cancel`` ends it.

    :param cancel: ends the query that the thread waits for; called in another thread
    :ivar is_over: whether the time is over
    """

    def __init__(self, seconds: float, cancel: Callable[[], None]):
        self.is_over = False
        self._seconds = seconds
        self._cancel = cancel
        self._thread = ctypes.c_ulong(threading.get_ident())
        self._stopped = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to measure the time."""
        name = "reliability.synthetic.watchdog"
        threading.Thread(target=self._watch, name=name, daemon=True).start()

    def stop(self) -> None:
        """End it: when this has returned, nothing is raised or cancelled any more."""
        while True:
            try:
                with self._lock:
                    self._stopped.set()
                if self.is_over:
                    self._receive()
                return
            except LimitReached:
                continue

    def _receive(self) -> None:
        """Receive the exception that may be on its way.

        It cannot be withdrawn: CPython 3.11 would look for it for ever, which slows all
        threads, and stops code that is traced.
        """
        try:
            _raise_in_thread(self._thread, ctypes.py_object(LimitReached))
            while True:
                pass
        except LimitReached:
            return

    def _watch(self) -> None:
        seconds = self._seconds
        while not self._stopped.wait(seconds):
            with self._lock:
                if self._stopped.is_set():
                    return
                self.is_over = True
                if _is_at_lock(self._thread.value):
                    seconds = _SECONDS_UNTIL_NEXT
                    continue
                _raise_in_thread(self._thread, ctypes.py_object(LimitReached))
                self._cancel()
            seconds = _SECONDS_BETWEEN


def _is_at_lock(thread: int) -> bool:
    """Whether a thread takes a lock of Python's own modules, or gives it back."""
    frame = sys._current_frames().get(thread)
    return (
        frame is not None
        and frame.f_code.co_name in _FUNCTIONS
        and frame.f_globals.get("__name__") in _MODULES
    )
