"""How long this thread has waited for counterparts.

Who calls one, over HTTP or otherwise, adds what it took; every measured call and
request around it takes the difference as its external time.
"""

import threading


class _Waited(threading.local):
    seconds = 0.0


_waited = _Waited()


def add_seconds(seconds: float) -> None:
    """Note that this thread has waited for a counterpart."""
    _waited.seconds += seconds


def seconds_so_far() -> float:
    """Return for how long this thread has waited for counterparts, ever."""
    return _waited.seconds


def seconds_since(before: float, seconds: float) -> float:
    """Return for how long it did within something that took ``seconds``.

    :param before: what :func:`seconds_so_far` returned when it began
    """
    return min(_waited.seconds - before, seconds)
