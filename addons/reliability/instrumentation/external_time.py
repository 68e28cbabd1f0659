"""External time: the seconds for which this thread has waited for partner systems.

Code that calls a partner system, over HTTP or otherwise, adds the seconds that it
waited.  The external time of a call or request is the difference between its end and
its beginning.
"""

import threading

from .unmeasured import is_unmeasured


class _ExternalTime(threading.local):
    seconds = 0.0


_external_time = _ExternalTime()


def add_seconds(seconds: float) -> None:
    """Add the seconds that this thread has waited for a partner system."""
    if not is_unmeasured():
        _external_time.seconds += seconds


def seconds_so_far() -> float:
    """Return the external time of this thread since it started."""
    return _external_time.seconds


def seconds_since(before: float, seconds: float) -> float:
    """Return the external time within something that took ``seconds``, at most these.

    :param before: what :func:`seconds_so_far` returned at its beginning
    """
    return min(_external_time.seconds - before, seconds)
