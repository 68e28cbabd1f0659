"""The increase of counters over half a minute."""

from collections import deque
from typing import NamedTuple

_SECONDS = 30.0
"""A shorter time than this would make one burst a problem."""


class Increase(NamedTuple):
    """By how much counters grew.

    :ivar seconds: between the two readings
    :ivar counters: the increase of each
    """

    seconds: float
    counters: tuple[float, ...]


class Window:
    """The readings of counters of the last 30 seconds, and the one before."""

    def __init__(self) -> None:
        self._readings: deque[tuple[float, tuple[float, ...]]] = deque()

    def add(self, now: float, *counters: float) -> Increase | None:
        """Add a reading, and return the increase over the last 30 seconds or longer.

        :param now: seconds of the monotonic clock
        :return: ``None`` until the first reading is so old, and after the counters
            started again
        """
        readings = self._readings
        if readings and any(
            new < old for new, old in zip(counters, readings[-1][1], strict=True)
        ):
            readings.clear()
        readings.append((now, counters))
        while len(readings) > 2 and now - readings[1][0] >= _SECONDS:
            readings.popleft()
        before, old = readings[0]
        if now - before < _SECONDS:
            return None
        grown = tuple(n - o for n, o in zip(counters, old, strict=True))
        return Increase(now - before, grown)
