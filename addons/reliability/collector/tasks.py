"""What the collector does beside reading slots: tasks that addons register.

An addon whose tasks the collector is to run is loaded server-wide, since the collector
loads no registry.
"""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import Metric

from ..odoo_conf import Settings
from .collector import Collector


class CollectorTask:
    """One thing to do; override what it needs.

    :param collector: tells what is measured and what runs now
    :param conf: the section ``[reliability]`` of odoo.conf
    :ivar interval: seconds between two calls of :meth:`run`; 0: it has none
    """

    interval = 0.0

    def __init__(self, collector: Collector, conf: Settings):
        self.collector = collector
        self.conf = conf

    def cycle(self) -> None:
        """Do something after each reading of the slots; it must take milliseconds."""

    def run(self) -> None:
        """Do something every ``interval`` seconds, on a thread of its own."""

    def poll(self, db: str, connection: Any) -> None:
        """Do something in a database, whenever it is polled.

        :param connection: to the database, of psycopg2
        :raise psycopg2.Error: it cannot be done now; it is tried again at the next poll
        """

    def metrics(self) -> Iterator[Metric]:
        """Yield metrics of this host."""
        yield from ()


_registered: list[type[CollectorTask]] = []


def register_task(task: type[CollectorTask]) -> type[CollectorTask]:
    """Let every collector that is started from now on do a task; a decorator."""
    if task not in _registered:
        _registered.append(task)
    return task


def make_tasks(collector: Collector, conf: Settings) -> list[CollectorTask]:
    """Return every registered task, for one collector."""
    return [task(collector, conf) for task in _registered]
