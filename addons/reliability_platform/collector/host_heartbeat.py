"""The heartbeat of a host: one row in each database that it serves, updated by polls.

It has the load of the host's workers, their activities in this database, and the
problems of the platform.  Names of databases, standbys or programs are in the row of
the operator database only; a tenant reads what concerns him without them.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg2
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
from ..watch.kinds import KINDS
from ..watch.neighbours import Capacity, Neighbours, without_explained
from ..watch.problem import Problem
from ..watch.saturation import find_saturation
from ..watch.usage import Usage
from .host_load import HostLoad
from .make_watches import make_watches
from .operator_tables import (
    ask_thresholds,
    has_tables,
    read_thresholds,
    store_trends,
)
from .table_checks import TableChecks
from .usage_sampler import UsageSampler, processors
from .watches import Watches

_MAX_ACTIVITIES = 5
_DATABASE = """
    SELECT to_regclass('public.reliability_host') IS NOT NULL,
           (SELECT oid FROM pg_database WHERE datname = current_database())
"""
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
        usage = Usage()
        self._sampler = UsageSampler(collector, usage)
        self._processors = processors(())
        self._neighbours = Neighbours(
            conf.host, conf.operator_database, usage, self._capacity
        )
        watches = make_watches(collector, conf, lambda: self._clock_offset, usage)
        self._watches = Watches([*watches, self._neighbours])
        self._tables = TableChecks()
        self._has_thresholds = False

    def cycle(self) -> None:
        self._load.check()
        self._sampler.check()

    def run(self) -> None:
        self._processors = processors(self.collector.activities())
        with suppress(psycopg2.Error):  # PostgreSQL may be down: that is found by them
            self._ask_thresholds()
        self._watches.check()

    def close(self) -> None:
        self._watches.close()
        self._has_thresholds = False

    def metrics(self) -> Iterator[Metric]:
        return self._watches.metrics()

    def poll(self, db: str, connection: Any) -> None:
        """Write the heartbeat into a database, and check its tables."""
        try:
            self._ask_thresholds()
        except psycopg2.Error:
            # PostgreSQL responds, so this account cannot reach the operator database.
            self._has_thresholds = True
        with transaction(connection) as cr:
            cr.execute(_DATABASE)
            has_app, number = cr.fetchone()
            if not has_app:
                return
            self._clock_offset = measure_offset(cr)
            if db == operator_database() and has_tables(cr):
                self._watches.set_thresholds(read_thresholds(cr))
                store_trends(cr, self._watches.trends())
            if not self._watches.is_current():
                return
            report = json.dumps(storable(self._report(db, number)))
            cr.execute(_HEARTBEAT, [self.conf.host, report])
        self._tables.check(number, connection, self._watches.thresholds)

    def _ask_thresholds(self) -> None:
        """Read the thresholds before anything is found by others.

        Later, the poll of the operator database reads them.
        """
        if not self._has_thresholds:
            self._watches.set_thresholds(ask_thresholds())
            self._has_thresholds = True

    def _report(self, db: str, number: int) -> dict:
        load = {
            "serving": self._load.serving,
            "samples": self._load.samples(),
            "activities": self._activities(db),
        }
        return {**load, **self._platform(db, number)}

    def _platform(self, db: str, number: int) -> dict:
        """Return the problems of the platform, and further facts for its operators."""
        own = self._tables.problems(number)
        problems, facts, missing = self._problems(db), {}, []
        if db != self.conf.operator_database:
            problems = [problem.without_names() for problem in problems]
        else:
            facts, missing = self._watches.facts(), self._watches.missing()
        return {
            "problems": [problem._asdict() for problem in (*problems, *own)],
            "facts": {**facts, **self._tables.facts(number)},
            "missing": missing,
        }

    def _problems(self, db: str) -> list[Problem]:
        """Return the problems of the platform; neighbours are those of a database."""
        found = [
            problem
            for problem in self._watches.problems()
            if KINDS[problem.code].kind != Neighbours.kind
        ]
        found += self._neighbours.problems(db, self._watches.thresholds)
        return without_explained(found)

    def _capacity(self) -> Capacity:
        saturation = find_saturation(self._load.samples())
        return Capacity(self._load.serving, saturation, self._processors)

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
