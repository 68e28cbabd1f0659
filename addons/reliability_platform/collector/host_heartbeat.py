"""The heartbeat of a host: one row in each database that it serves, updated by polls.

It has the load of the host's workers, their activities in this database, and the
problems of the platform.  Names of databases, standbys or programs are in the row of
the operator database only; a tenant reads what concerns him without them.
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
    storable,
    transaction,
)

from ..operator_database import operator_database
from ..watch.host.clock import ClockOffset, measure_offset
from .host_load import HostLoad
from .make_watches import make_watches
from .operator_tables import has_tables, read_thresholds, store_trends
from .table_checks import TableChecks
from .watches import Watches

_MAX_ACTIVITIES = 5
_UNCONFIRMED = "SET LOCAL synchronous_commit = 'local'"
"""Else no problem would be reported while a standby confirms no commit."""
_HEARTBEAT = """
    INSERT INTO public.reliability_host AS old (name, heartbeat, report)
    VALUES (%s, now() AT TIME ZONE 'UTC', %s)
    ON CONFLICT (name) DO UPDATE
       SET heartbeat = excluded.heartbeat, report = excluded.report
"""


@register_task
class HostHeartbeat(CollectorTask):
    """Checks the load of this host and the platform, and reports them to databases."""

    interval = 10.0

    def __init__(self, collector: Collector, conf: Settings):
        super().__init__(collector, conf)
        self._load = HostLoad(collector, config["http_port"])
        self._clock_offset: ClockOffset | None = None
        watches = make_watches(collector, conf, lambda: self._clock_offset)
        self._watches = Watches(watches)
        self._tables = TableChecks()

    def cycle(self) -> None:
        self._load.check()

    def run(self) -> None:
        self._watches.check()

    def metrics(self) -> Iterator[Metric]:
        return self._watches.metrics()

    def poll(self, db: str, connection: Any) -> None:
        """Write the heartbeat into a database, and check its tables."""
        with transaction(connection) as cr:
            cr.execute("SELECT to_regclass('public.reliability_host') IS NOT NULL")
            if not cr.fetchone()[0]:
                return
            cr.execute(_UNCONFIRMED)
            self._clock_offset = measure_offset(cr)
            if db == operator_database() and has_tables(cr):
                self._watches.set_thresholds(read_thresholds(cr))
                store_trends(cr, self._watches.trends())
            if not self._watches.is_current():
                return
            report = json.dumps(storable(self._report(db)))
            cr.execute(_HEARTBEAT, [self.conf.host, report])
        self._tables.check(db, connection, self._watches.thresholds)

    def _report(self, db: str) -> dict:
        load = {
            "serving": self._load.serving,
            "samples": self._load.samples(),
            "activities": self._activities(db),
        }
        return {**load, **self._platform(db)}

    def _platform(self, db: str) -> dict:
        """Return the problems of the platform, and further facts for its operators."""
        own = self._tables.found(db)
        problems = self._watches.problems()
        if db != self.conf.operator_database:
            problems = [problem.without_names() for problem in problems]
            facts, missing = {}, []
        else:
            facts, missing = self._watches.facts(), self._watches.missing()
        return {
            "problems": [problem._asdict() for problem in (*problems, *own.problems)],
            "facts": {**facts, **own.facts},
            "missing": missing,
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
