"""Moments of a run in their sequence, whatever the clock of the host does."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Reads the clock of the host once; from then on it counts the seconds itself.

    The clock of a host may be set back in the middle of a run.
    """

    def __init__(self) -> None:
        self._begin, self._start = datetime.now(UTC), time.monotonic()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self._begin + timedelta(seconds=time.monotonic() - self._start)
