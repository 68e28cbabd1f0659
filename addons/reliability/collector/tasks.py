"""Tasks: work of the collector beside reading slots, which addons register.

An addon whose tasks the collector is to run is loaded server-wide, since the collector
loads no registry.
"""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import Metric

from ..odoo_conf import Settings
from .collector import Collector


class CollectorTask:
    """One task; a subclass overrides the methods that it needs.

    :param collector: the collector, with the activities of this host
    :param conf: the section ``[reliability]`` of odoo.conf
    :ivar interval: seconds between two calls of :meth:`run`; 0 if it is never called
    """

    interval = 0.0

    def __init__(self, collector: Collector, conf: Settings):
        self.collector = collector
        self.conf = conf

    def cycle(self) -> None:
        """Work after each reading of the slots; it must take milliseconds only."""

    def run(self) -> None:
        """Work every ``interval`` seconds, on a thread of its own."""

    def close(self) -> None:
        """Close what :meth:`run` has open: this collector leads no longer, or stops.

        It is called on the thread of :meth:`run`, which may be called again.
        """

    def poll(self, db: str, connection: Any) -> None:
        """Work in a database at each poll.

        :param connection: to the database, of psycopg2
        :raise psycopg2.Error: it failed; it is repeated at the next poll
        """

    def metrics(self) -> Iterator[Metric]:
        """Yield metrics of this host.

        It is called at each scrape, which waits for it: it must only return what
        :meth:`cycle` or :meth:`run` found. If it fails, the other metrics are shown.
        """
        yield from ()


_registered: list[type[CollectorTask]] = []


def register_task(task: type[CollectorTask]) -> type[CollectorTask]:
    """Register a task for every collector that starts from now on; a decorator."""
    if task not in _registered:
        _registered.append(task)
    return task


def make_tasks(collector: Collector, conf: Settings) -> list[CollectorTask]:
    """Return every registered task, for one collector."""
    return [task(collector, conf) for task in _registered]
