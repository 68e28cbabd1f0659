"""What the tests of the telemetry share: a folder, calls, and reading them back."""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from odoo.tests import BaseCase

from ..telemetry import reader as reading
from ..telemetry.events import Event, Series
from ..telemetry.recorder import Recorder


def series(operation="confirm", db="db", threshold=3.0):
    """Return a series of the family ``operation``."""
    return Series("operation", db, ("sales", operation, "1", "WH"), threshold)


def record(recorder, of=None, outcome="success", seconds=0.01):
    """Let a recorder record one call from beginning to end."""
    ticket = recorder.begin(of or series())
    if ticket is not None:
        event = Event(ticket.series, outcome, time.time(), seconds, call=ticket.call)
        recorder.finish(ticket, event)
    return ticket


def events_in(folder):
    """Return ``(series, event)`` of all that the slots in ``folder`` still hold."""
    readers = {}
    reading.open_slots(folder, readers)
    found = []
    for slot_reader in readers.values():
        slot_reader.settle_if_left()
        found += slot_reader.read(reading.Place()).events
        slot_reader.close()
    return found


def in_child(action):
    """Run ``action`` in a forked process and return how that ended (``os.wait``)."""
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            action()
            os._exit(0)
        os._exit(1)
    return os.waitpid(pid, 0)[1]


class FolderCase(BaseCase):
    """A test with an empty folder for slots, in memory as in production."""

    def setUp(self):
        super().setUp()
        shared = "/dev/shm" if os.path.isdir("/dev/shm") else None
        self.folder = Path(tempfile.mkdtemp(prefix="reliability-test-", dir=shared))
        self.addCleanup(shutil.rmtree, self.folder)

    def recorder(self):
        recorder = Recorder(self.folder)
        self.addCleanup(recorder.close)
        return recorder

    def outcomes(self):
        """Return the outcomes recorded so far, in alphabetical order."""
        return sorted(event.outcome for _series, event in events_in(self.folder))
