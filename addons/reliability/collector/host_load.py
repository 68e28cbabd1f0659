"""The load of this host: saturation of its workers, and requests that wait for one.

It is checked after each reading of the slots, and stored for five minutes, in samples
of ten seconds.  The kernel knows the number of waiting requests: connections to Odoo's
port that no worker has accepted yet.
"""

import contextlib
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path

from .collector import Collector

_SECONDS, _MAX_SAMPLES = 10, 30
_TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
_LISTENS = "0A"


@dataclass
class LoadSample:
    """The checks of ten seconds.

    :ivar began: when it began, in seconds of the monotonic clock
    :ivar checks: number of checks
    :ivar saturated: number of checks at which all workers were busy
    :ivar waiting: the largest number of waiting requests; ``None`` if it is not known
    """

    began: float
    checks: int = 0
    saturated: int = 0
    waiting: int | None = None


class HostLoad:
    """Checks how busy the workers of this host are.

    :param port: the port on which Odoo serves requests
    :ivar serving: number of requests that can be served at a time
    """

    def __init__(self, collector: Collector, port: int):
        self._collector = collector
        self._port = port
        self._samples: deque[tuple[int, LoadSample]] = deque(maxlen=_MAX_SAMPLES)
        self.serving = 0

    def check(self) -> None:
        """Add one check to the current sample."""
        workers = self._collector.workers()
        now = time.monotonic()
        number = int(now // _SECONDS)
        if not self._samples or self._samples[-1][0] != number:
            self._samples.append((number, LoadSample(now)))
        sample = self._samples[-1][1]
        sample.checks += 1
        self.serving = workers.serving
        if not 0 < workers.serving <= workers.busy:
            return
        sample.saturated += 1
        waiting = waiting_at(self._port)  # takes milliseconds, so only now
        if waiting is not None:
            sample.waiting = max(sample.waiting or 0, waiting)

    def samples(self) -> list[dict]:
        """Return the samples, the last first, with ``began`` in seconds ago."""
        now = time.monotonic()
        samples = [sample for _number, sample in reversed(list(self._samples))]
        return [asdict(sample) | {"began": now - sample.began} for sample in samples]


def waiting_at(port: int) -> int | None:
    """Return the number of connections to a port that are not accepted yet.

    :return: ``None`` if it is not known
    """
    found = None
    for path in _TABLES:
        with contextlib.suppress(OSError, ValueError), path.open() as table:
            next(table, None)
            for line in table:
                _number, local, _remote, state, queues, *_rest = line.split()
                if state != _LISTENS:
                    break  # listening ports come first, and thousands may follow
                if int(local.rpartition(":")[2], 16) == port:
                    # For a listening port, the second number is that of waiting ones.
                    found = (found or 0) + int(queues.rpartition(":")[2], 16)
    return found
