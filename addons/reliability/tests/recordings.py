"""Recording calls into a folder, and reading them back.

Plain Python, for tests with Odoo and without.
"""

import contextlib
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path

from ..telemetry import core_families  # noqa: F401 - it registers what is recorded
from ..telemetry.events import Event, Series
from ..telemetry.families import all_labels
from ..telemetry.rollup import Batch, batches
from ..telemetry.slots.reader import Position, open_slots
from ..telemetry.slots.recorder import Recorder
from .clocks import LIMIT


def series(operation="confirm", db="db", threshold=3.0):
    """Return a series of the family ``operation``."""
    return Series("operation", db, ("sales", operation, "1", "WH", ""), threshold)


def record(recorder, call_series=None, outcome="success", seconds=0.01):
    """Record one call from its begin to its end."""
    ticket = recorder.begin(call_series or series())
    if ticket is not None:
        event = Event(ticket.series, outcome, time.time(), seconds, call=ticket.call)
        recorder.finish(ticket, event)
    return ticket


def events_in(folder):
    """Return ``(series, event)`` of all events in the slots of ``folder``."""
    readers = {}
    open_slots(folder, readers)
    found = []
    for slot_reader in readers.values():
        slot_reader.recover_if_left()
        found += [
            (
                recorded._replace(labels=all_labels(recorded.family, recorded.labels)),
                event,
            )
            for recorded, event in slot_reader.read(Position()).events
        ]
        slot_reader.close()
    return found


def batch_of(events, db="db"):
    """Return the batch of events for a database."""
    return batches((series(db=db), event) for event in events).get(db, Batch())


def calls_in(text):
    """Return the number of calls in a batch."""
    return sum(total.count for total in Batch.loads(text).rows.values())


def run_in_child(action):
    """Run ``action`` in a forked process; return its status, as ``os.waitpid`` does.

    :raise TimeoutError: the process did not end
    """
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            action()
            os._exit(0)
        os._exit(1)
    child = os.pidfd_open(pid)
    try:
        ended, _, _ = select.select([child], [], [], LIMIT)
        if not ended:
            os.kill(pid, signal.SIGKILL)
            raise TimeoutError("the child process hangs")
    finally:
        os.close(child)
        _pid, status = os.waitpid(pid, 0)
    return status


def empty_folder(test):
    """Return a new folder for the slots of a test, in memory as in production."""
    shared = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = Path(tempfile.mkdtemp(prefix="reliability-test-", dir=shared))
    test.addCleanup(shutil.rmtree, folder)
    return folder


class FolderCase:
    """A mixin: a folder for slots, and recorders that record into it."""

    def setUp(self):
        super().setUp()
        self.folder = empty_folder(self)

    def recorder(self):
        recorder = Recorder(self.folder)
        self.addCleanup(recorder.close)
        return recorder

    def outcomes(self):
        """Return the outcomes recorded so far, in alphabetical order."""
        return sorted(event.outcome for _series, event in events_in(self.folder))
