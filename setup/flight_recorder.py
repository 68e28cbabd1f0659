"""How long each call took, exactly, as the workers of a server wrote it down.

Prometheus and Odoo's rollups have it from there too, but only as counts by bucket.
"""

from collections import defaultdict

from .steps import Failure
from .without_odoo import reader


class FlightRecorder:
    """Reads what the workers write from now on.

    :param folder: the server's ``telemetry_dir``.
    """

    def __init__(self, folder):
        self._folder = folder
        self._readers = {}
        self._places = defaultdict(reader.Position)
        for slot in self._open():
            self._places[slot.identity] = slot.at_the_end()

    def durations(self, database):
        """The seconds of all new calls that succeeded, shortest first, by operation.

        :raise Failure: a worker had more calls than its file keeps
        """
        found = defaultdict(list)
        for slot in self._open():
            batch = slot.read(self._places[slot.identity])
            if batch.drops["unread"]:
                raise Failure("there were more calls than the workers' files keep")
            for series, event in batch.events:
                is_here = series.family == "operation" and series.db == database
                if is_here and event.outcome == "success":
                    _service, operation, *_place = series.labels
                    each = event.seconds / event.calls
                    found[operation] += [each] * event.calls
        return {operation: sorted(seconds) for operation, seconds in found.items()}

    def _open(self):
        reader.open_slots(self._folder, self._readers)
        return self._readers.values()
