"""Base classes of tests with Odoo: measured calls, and transactions that commit."""

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
    """A test in which the recorder of this process records into an empty folder."""

    def setUp(self):
        super().setUp()
        original = recorder_of_this_process().folder
        self._record_into(empty_folder(self))
        self.addCleanup(self._record_into, original)

    def recorded(self, operation):
        """Return the events of an operation, oldest first."""
        return [event for _labels, event in self.recorded_with_labels(operation)]

    def recorded_with_labels(self, operation):
        """Return ``(label → value, event)`` of an operation, oldest first."""
        return [
            (dict(zip(family(series.family).labels, series.labels, strict=True)), event)
            for series, event in events_in(recorder_of_this_process().folder)
            if series.family == "operation" and series.labels[1] == operation
        ]

    @staticmethod
    def in_flight():
        """Return the entries of this process in the in-flight table."""
        slot = recorder_of_this_process()._slot
        return list(slot.in_flight()) if slot else []

    def reset_recorder(self):
        """Record into another empty folder from now on."""
        self._record_into(empty_folder(self))

    @staticmethod
    def _record_into(folder):
        recorder = recorder_of_this_process()
        recorder.close()
        recorder.folder = folder


PROBE = Operation(get_db_name(), "sales", "probe", 1.0)


def measured(method, operation=PROBE):
    """Return a function that is measured as an operation, for records of any model."""
    return measure(method, lambda _records: operation)


class CommittedCase(RecordedCase, BaseCase):
    """A test on connections of its own, which really commit.

    It need not clean up the database: each run of the tests has a copy.
    """

    @classmethod
    def cursor(cls):
        return sql_db.db_connect(get_db_name()).cursor()

    @contextlib.contextmanager
    def committed(self, user_id=api.SUPERUSER_ID):
        """Yield an environment whose transaction is committed at the end."""
        with self.cursor() as cr:
            yield api.Environment(cr, user_id, {})

    def outcomes_of(self, operation):
        """Return the outcomes of the calls of an operation, oldest first."""
        return [event.outcome for event in self.recorded(operation)]


class MeasuredMethodCase:
    """A mixin for a TransactionCase that calls measured methods."""

    def assert_no_query_is_added(self, records, method, prepare=lambda records: None):
        """Compare the numbers of queries of a method, measured and unmeasured.

        :param prepare: is called on the records before each call
        """
        model_class = type(records)
        measured_method = getattr(model_class, method)
        self.assertIs(
            vars(model_class)[method], measured_method, f"{method} is not measured"
        )
        original = measured_method.__wrapped__
        counts = {True: [], False: []}
        for is_measured in (True, False) * 3:
            function = measured_method if is_measured else original
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
        # Caches that are filled, or cleared by other threads, only add queries.
        self.assertEqual(min(counts[True]), min(counts[False]), counts)
        self.assertGreater(min(counts[False]), 0)
