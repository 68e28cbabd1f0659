"""Exact durations of calls, read from the slots of a server's workers.

Prometheus and Odoo's rollups get the same events, but only as counts by bucket.
"""

from collections import defaultdict

from .steps import Failure
from .without_odoo import reader


class FlightRecorder:
    """Reads the events that workers record from now on.

    :param folder: the server's ``telemetry_dir``.
    """

    def __init__(self, folder):
        self._folder = folder
        self._readers = {}
        self._positions = defaultdict(reader.Position)
        for slot in self._open():
            self._positions[slot.identity] = slot.end_position()

    def durations(self, database):
        """Return operation → seconds of each new call that succeeded, shortest first.

        :raise Failure: a worker recorded more events than its slot holds
        """
        found = defaultdict(list)
        for slot in self._open():
            batch = slot.read(self._positions[slot.identity])
            if batch.drops["unread"]:
                raise Failure("the workers recorded more events than slots hold")
            for series, event in batch.events:
                is_here = series.family == "operation" and series.db == database
                if is_here and event.outcome == "success":
                    _service, operation, *_others = series.labels
                    each = event.seconds / event.calls
                    found[operation] += [each] * event.calls
        return {operation: sorted(seconds) for operation, seconds in found.items()}

    def _open(self):
        reader.open_slots(self._folder, self._readers)
        return self._readers.values()
