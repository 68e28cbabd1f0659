"""Errors of the instrumentation never reach the code that is measured."""

import contextlib
import functools
import time

import psycopg2

from ..telemetry.masked_log import masked_logger
from .recording import recorder

_logger = masked_logger(__name__)

_SECONDS_BETWEEN_REPORTS = 60.0
_next_report = 0.0


def guarded(function):
    """Make ``function`` return ``None`` instead of raising; the error is counted.

    Two kinds of errors are raised all the same.  ``BaseException`` other than
    ``Exception``: a worker must be able to stop.  And errors of PostgreSQL: they have
    aborted the caller's transaction, which must fail with this error to be retried.

    ``function`` takes positional arguments only: keyword arguments would add 0.1 µs to
    each of the many guarded calls of a measured one.
    """

    @functools.wraps(function)
    def safe(*args):
        try:
            return function(*args)
        except psycopg2.Error:
            raise
        except Exception:
            _report(function)
            return None

    return safe


def _report(function) -> None:
    """Count an error of the instrumentation, and log at most one a minute."""
    global _next_report
    with contextlib.suppress(Exception):  # there is nothing left to report it to
        recorder().count("error")
        now = time.monotonic()
        if now >= _next_report:
            _next_report = now + _SECONDS_BETWEEN_REPORTS
            _logger.exception("Reliability could not record: %s", function.__qualname__)
