"""What tests of other addons need of the core beside its API."""

import contextlib
from unittest.mock import patch

from odoo.tests import get_db_name

from ..collector import gauges, outbox, scrapes
from ..collector.connection import connected
from ..models import reliability_health_provider
from ..models.shared_cache import clear as clear_shared_cache
from ..odoo_conf import settings
from ..telemetry.access import EVERYTHING

__all__ = [
    "EVERYTHING",
    "clear_shared_cache",
    "connected",
    "deliver_messages",
    "gauge_names",
    "has_messages",
    "outbox_in",
    "read_gauge",
    "read_gauges",
    "reliability_health_provider",
    "scrapes",
    "settings",
]


def gauge_names(cr):
    """Return the names of all gauges, as a transaction sees them."""
    return {view.removeprefix(gauges.PREFIX) for view, _text in gauges.views(cr._obj)}


def read_gauge(cr, name):
    """Return one gauge, as a transaction sees it."""
    view = f"{gauges.PREFIX}{name}"
    return gauges.read_view(cr._obj, view, dict(gauges.views(cr._obj))[view])


def read_gauges():
    """Return the committed gauges: name on ``/metrics`` → labels → number."""
    with connected(get_db_name()) as connection:
        return {gauge.name: dict(gauge.samples) for gauge in gauges.read(connection)}


@contextlib.contextmanager
def outbox_in(folder):
    """Store messages that the database refuses in a folder, during the block."""
    with patch.object(outbox, "settings") as conf:
        conf.return_value.telemetry_dir = folder
        yield


def deliver_messages(folder):
    """Deliver the messages of an outbox to the database."""
    with connected(get_db_name()) as connection:
        outbox.deliver(folder, get_db_name(), connection)


def has_messages(folder):
    """Return whether messages wait in an outbox."""
    return bool(outbox.databases(folder))
