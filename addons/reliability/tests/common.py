"""What tests with Odoo share: calls that are measured, and committed."""

import contextlib

from odoo import api, sql_db
from odoo.tests import BaseCase, get_db_name

from ..instrumentation.measure import measure
from ..instrumentation.operation import Operation
from ..instrumentation.recording import recorder as recorder_of_this_process
from ..telemetry.families import family
from . import recordings
from .recordings import empty_folder, events_in


class FolderCase(recordings.FolderCase, BaseCase):
    """A test with Odoo and recorders of its own."""


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
            (dict(zip(family(of.family).labels, of.labels, strict=True)), event)
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
        counts = {True: [], False: []}
        for is_measured in (True, False) * 3:
            function = with_us if is_measured else with_us.__wrapped__
            self.env.invalidate_all()
            with self.env.cr.savepoint() as savepoint:
                prepare(records)
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                function(records)
                self.env.flush_all()
                queries = self.env.cr.sql_log_count - before
                counts[is_measured].append(queries)
                savepoint.rollback()
        # Caches that are filled, or emptied by others meanwhile, only add queries.
        self.assertEqual(min(counts[True]), min(counts[False]), counts)
        self.assertGreater(min(counts[False]), 0)
