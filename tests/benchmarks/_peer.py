"""prometheus_client's multiprocess mode, and the same calls with our recorder.

Import this before prometheus_client, which reads the environment when imported.
"""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from _shared import SHARED

PEER_FOLDER = Path(tempfile.mkdtemp(prefix="reliability-bench-peer-", dir=SHARED))
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(PEER_FOLDER)

from prometheus_client import CollectorRegistry, Histogram  # noqa: E402
from reliability.telemetry.events import Event, Series  # noqa: E402
from reliability.telemetry.histogram import CLASSIC_BOUNDS  # noqa: E402

NAMES = ("db", "service", "operation", "company", "warehouse", "outcome")


@contextlib.contextmanager
def cleaned_up():
    """Give an empty folder for our slots; delete both sides' folders afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="reliability-bench-", dir=SHARED))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(PEER_FOLDER)


def peer_histogram():
    registry = CollectorRegistry()
    return Histogram(
        "calls", "Calls.", NAMES, registry=registry, buckets=CLASSIC_BOUNDS
    )


def labels(number):
    return ("db", "sales", f"operation {number}", "1", "WH")


def record(recorder, number, outcome="success"):
    """Record a whole call."""
    db, *others = labels(number)
    ticket = recorder.begin(Series("operation", db, tuple(others), 3.0))
    recorder.returned(ticket)
    recorder.committing(ticket)
    event = Event(ticket.series, outcome, time.time(), 0.2, call=ticket.call)
    recorder.finish(ticket, event)
