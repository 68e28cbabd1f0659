"""Our code inside somebody else's call must never be why the call fails."""

import contextlib
import functools
import logging
import time

import psycopg2

from .recording import recorder

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_REPORTS = 60.0
_next_report = 0.0


def guarded(function):
    """Make ``function`` return ``None`` instead of raising; the failure is counted.

    Two kinds pass.  ``BaseException`` other than ``Exception``: a worker that is told
    to stop must stop.  And errors of PostgreSQL: they aborted the caller's transaction,
    which fails anyway, and must fail for this reason to be tried again.
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
    """Count a failure of ours, and log it once a minute at the most."""
    global _next_report
    with contextlib.suppress(Exception):  # there is nobody left to tell
        recorder().count("error")
        now = time.monotonic()
        if now >= _next_report:
            _next_report = now + _SECONDS_BETWEEN_REPORTS
            _logger.exception("Reliability could not record: %s", function.__qualname__)
