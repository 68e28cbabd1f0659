"""How busy this host is: all its workers at once, and requests that wait for one.

Looked at with each reading of the slots, and kept for five minutes, in spells of ten
seconds.
How many requests wait is what the kernel says of the port that Odoo listens on: nobody
has accepted them yet.
"""

import contextlib
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path

from .collector import Collector

_SECONDS, _MOST_SPELLS = 10, 30
_TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
_LISTENS = "0A"


@dataclass
class LoadSample:
    """What was seen within some seconds.

    :ivar began: seconds ago
    :ivar looks: how often it was looked
    :ivar full: how often all workers were busy
    :ivar waiting: the most requests that waited meanwhile; ``None``: it is not known
    """

    began: float
    looks: int = 0
    full: int = 0
    waiting: int | None = None


class Load:
    """Looks how busy workers are.

    :param port: that Odoo listens on for requests
    :ivar serving: requests that can be served at a time
    """

    def __init__(self, collector: Collector, port: int):
        self._collector = collector
        self._port = port
        self._spells: deque[tuple[int, LoadSample]] = deque(maxlen=_MOST_SPELLS)
        self.serving = 0

    def look(self) -> None:
        """Take down how busy they are now."""
        workers = self._collector.workers()
        now = time.monotonic()
        number = int(now // _SECONDS)
        if not self._spells or self._spells[-1][0] != number:
            self._spells.append((number, LoadSample(now)))
        spell = self._spells[-1][1]
        spell.looks += 1
        self.serving = workers.serving
        if not 0 < workers.serving <= workers.busy:
            return
        spell.full += 1
        waiting = waiting_at(self._port)  # takes milliseconds, so only now
        if waiting is not None:
            spell.waiting = max(spell.waiting or 0, waiting)

    def samples(self) -> list[dict]:
        """Return what was seen, the last first, as JSON has it."""
        now = time.monotonic()
        samples = [spell for _number, spell in reversed(list(self._spells))]
        return [asdict(of) | {"began": now - of.began} for of in samples]


def waiting_at(port: int) -> int | None:
    """Return how many connections to a port nobody has accepted, where it is known."""
    found = None
    for path in _TABLES:
        with contextlib.suppress(OSError, ValueError), path.open() as table:
            next(table, None)
            for line in table:
                _number, local, _remote, state, queues, *_rest = line.split()
                if state != _LISTENS:
                    break  # those that listen come first, and there may be thousands
                if int(local.rpartition(":")[2], 16) == port:
                    # Of a port that is listened on, the second is what waits.
                    found = (found or 0) + int(queues.rpartition(":")[2], 16)
    return found
