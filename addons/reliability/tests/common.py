"""What the tests of the telemetry share: a folder, calls, and reading them back."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, settings

from odoo import api, sql_db
from odoo.tests import BaseCase, get_db_name

from ..runtime.measure import measure
from ..runtime.operation import Operation
from ..runtime.recording import recorder as recorder_of_this_process
from ..telemetry import reader as reading
from ..telemetry.events import LABELS, Event, Series
from ..telemetry.recorder import Recorder

CHILD_SECONDS = 60

# A machine that is busy with something else must not fail a test.
settings.register_profile(
    "reliability", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("reliability")


def series(operation="confirm", db="db", threshold=3.0):
    """Return a series of the family ``operation``."""
    return Series("operation", db, ("sales", operation, "1", "WH", ""), threshold)


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
        found += slot_reader.read(reading.Position()).events
        slot_reader.close()
    return found


def in_child(action):
    """Run ``action`` in a forked process and return how that ended (``os.wait``).

    :raise TimeoutError: it did not end
    """
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            action()
            os._exit(0)
        os._exit(1)
    deadline = time.monotonic() + CHILD_SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise TimeoutError("the child hangs")


def empty_folder(test):
    """Return a folder for a test's slots, in memory as in production."""
    shared = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = Path(tempfile.mkdtemp(prefix="reliability-test-", dir=shared))
    test.addCleanup(shutil.rmtree, folder)
    return folder


class RecordedCase:
    """A test of what the recorder of this process records, into an empty folder."""

    def setUp(self):
        super().setUp()
        recorder = recorder_of_this_process()
        usual = recorder.folder
        self._record_into(empty_folder(self))
        self.addCleanup(self._record_into, usual)

    def recorded(self, operation):
        """Return the events of an operation, oldest first."""
        return [event for _labels, event in self.recorded_with_labels(operation)]

    def recorded_with_labels(self, operation):
        """Return ``(label → value, event)`` of an operation, oldest first."""
        return [
            (dict(zip(LABELS[of.family], of.labels, strict=True)), event)
            for of, event in events_in(recorder_of_this_process().folder)
            if of.family == "operation" and of.labels[1] == operation
        ]

    @staticmethod
    def in_flight():
        """Return the calls that this process is said to be inside of."""
        slot = recorder_of_this_process()._slot
        return list(slot.in_flight()) if slot else []

    def begin_anew(self):
        """Record into an empty folder from here on."""
        self._record_into(empty_folder(self))

    @staticmethod
    def _record_into(folder):
        recorder = recorder_of_this_process()
        recorder.close()
        recorder.folder = folder


class FolderCase(BaseCase):
    """A test with recorders of its own."""

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


PROBE = Operation(get_db_name(), "sales", "probe", 1.0)


def measured(method, operation=PROBE):
    """Return a function measured as an operation, whatever it is called on."""
    return measure(method, lambda _records: operation)


class CommittedCase(RecordedCase, BaseCase):
    """Calls on connections of their own, which really commit.

    What these tests leave in the database is gone with it: each run has a copy.
    """

    @classmethod
    def cursor(cls):
        return sql_db.db_connect(get_db_name()).cursor()

    @contextlib.contextmanager
    def committed(self, user_id=api.SUPERUSER_ID):
        """Give an environment whose transaction is committed at the end."""
        with self.cursor() as cr:
            yield api.Environment(cr, user_id, {})

    def outcomes_of(self, operation):
        """Return how the calls of an operation ended, oldest first."""
        return [event.outcome for event in self.recorded(operation)]


class MeasuredMethodCase:
    """What every measured method promises; a mixin for a TransactionCase."""

    def assert_no_query_is_added(self, records, method, prepare=lambda records: None):
        """Compare the queries of a method, measured and as it is.

        :param prepare: is called on the records before each call
        """
        model_class = type(records)
        with_us = getattr(model_class, method)
        self.assertIs(vars(model_class)[method], with_us, "it is not measured")
        counts = []
        for function in (with_us, with_us.__wrapped__, with_us):
            self.env.invalidate_all()
            with self.env.cr.savepoint() as savepoint:
                prepare(records)
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                function(records)
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
                savepoint.rollback()
        # The first fills caches that live longer than a transaction.
        self.assertEqual(counts[2], counts[1])
        self.assertGreater(counts[1], 0)
