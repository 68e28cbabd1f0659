"""The heartbeat of a host: one row in each database that it serves, updated by polls.

It has the load of the host's workers, their activities in this database, and the
problems of each Redis; nothing about other databases.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from prometheus_client.core import Metric

from odoo.tools import config

from odoo.addons.reliability.api import (
    Collector,
    CollectorTask,
    Settings,
    columns_of,
    named,
    register_task,
    transaction,
)

from .host_load import HostLoad
from .redis_metrics import redis_families
from .redis_urls import redis_urls
from .redis_watch import RedisWatch

_MAX_ACTIVITIES = 5
_HEARTBEAT = """
    INSERT INTO public.reliability_host AS old (name, heartbeat, report)
    VALUES (%s, now() AT TIME ZONE 'UTC', %s)
    ON CONFLICT (name) DO UPDATE
       SET heartbeat = excluded.heartbeat, report = excluded.report
"""


@register_task
class HostHeartbeat(CollectorTask):
    """Checks the load and each Redis of this host, and reports them to databases."""

    interval = 10.0

    def __init__(self, collector: Collector, conf: Settings):
        super().__init__(collector, conf)
        self._load = HostLoad(collector, config["http_port"])
        self._redis = RedisWatch(redis_urls(conf.options))

    def cycle(self) -> None:
        self._load.check()

    def run(self) -> None:
        self._redis.check()

    def metrics(self) -> Iterator[Metric]:
        return redis_families(self._redis.reports)

    def poll(self, db: str, connection: Any) -> None:
        """Write the heartbeat into a database."""
        with transaction(connection) as cr:
            cr.execute("SELECT to_regclass('public.reliability_host') IS NOT NULL")
            if cr.fetchone()[0]:
                report = json.dumps(self._report(db))
                cr.execute(_HEARTBEAT, [self.conf.host, report])

    def _report(self, db: str) -> dict:
        return {
            "serving": self._load.serving,
            "samples": self._load.samples(),
            "activities": self._activities(db),
            "redis": self._redis.problems(),
        }

    def _activities(self, db: str) -> list:
        """Return what processes work on in a database: family, operation, how many."""
        found = (
            named(activities, db, 0.0)
            for activities in self.collector.activities().values()
        )
        counts = Counter(
            (series.family, columns_of(series.family, series.labels)[1])
            for series in found
            if series
        )
        return [
            [*activity, count]
            for activity, count in counts.most_common(_MAX_ACTIVITIES)
        ]
