"""Lock waits of a database: who waits and who holds the lock, at each poll.

PostgreSQL tells which backends wait, for how long, and which transaction each of them
finally waits for.  Each host names the backends of its own processes, by what these are
inside of: of several hosts, each adds what only it knows, and counts the seconds of its
own processes.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from psycopg2.extras import execute_values

from odoo.tools import config

from ..instrumentation.span import record
from ..odoo_conf import Settings
from ..telemetry.activity import Activity, named
from ..telemetry.events import Series
from ..telemetry.families import (
    COUNTER,
    FamilySpec,
    MetricSpec,
    columns_of,
    register_family,
)
from .collector import Collector
from .connection import transaction
from .tasks import CollectorTask, register_task

_LABELS = ("service", "operation", "company", "warehouse")

LOCK_WAITING = register_family(
    FamilySpec(
        "lock_waiting",
        "Lock Wait",
        _LABELS,
        (
            MetricSpec(
                COUNTER,
                "odoo_lock_waiting_seconds",
                "Time for which calls were seen to wait for locks of the database.",
                _LABELS,
            ),
        ),
        service="{service}",
        operation="{operation}",
        company="{company}",
        warehouse="{warehouse}",
        is_of_company=True,
    )
)

FAST = 1.0
"""Seconds up to which a lock wait is short."""

_TIMEOUT = "2s"
_MAX_WAITERS = 100
_MAX_INTERVAL = 60.0

# A cheap check; nothing more where nobody waits.
_IS_THERE_ANY = """
    SELECT to_regclass('reliability_lock_wait') IS NOT NULL AND EXISTS (
        SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'
           AND pid <> pg_backend_pid())
"""

# PostgreSQL 13 has no ``waitstart``.  A backend that waits for a row holds, or waits for,
# a lock on the tuple, which tells the table.
_WAITS = """
    WITH RECURSIVE here AS MATERIALIZED (
        SELECT *, client_addr IS NOT DISTINCT FROM (
                      SELECT client_addr FROM pg_stat_activity
                       WHERE pid = pg_backend_pid()) AS is_near
          FROM pg_stat_activity WHERE datname = current_database()
    ), lock AS MATERIALIZED (
        SELECT *, (to_jsonb(pg_locks)->>'waitstart')::timestamptz AS began
          FROM pg_locks
    ), waiter AS MATERIALIZED (
        SELECT here.*, coalesce(
                   (SELECT min(began) FROM lock
                     WHERE lock.pid = here.pid AND NOT granted),
                   state_change) AS began
          FROM here
         WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()
         ORDER BY xact_start LIMIT %(most)s
    ), blocked AS MATERIALIZED (
        SELECT pid, unnest(pg_blocking_pids(pid)) AS by FROM waiter
    ), chain AS (
        SELECT pid, by FROM blocked
         UNION
        SELECT chain.pid, blocked.by FROM chain JOIN blocked ON blocked.pid = chain.by
    ), root AS (
        SELECT DISTINCT ON (chain.pid) chain.pid, chain.by
          FROM chain LEFT JOIN here ON here.pid = chain.by
         WHERE here.wait_event_type IS DISTINCT FROM 'Lock'
         ORDER BY chain.pid, here.xact_start
    )
    SELECT waiter.pid, waiter.application_name, waiter.is_near,
           extract(epoch FROM clock_timestamp() - waiter.xact_start)::float,
           waiter.began AT TIME ZONE 'UTC',
           extract(epoch FROM clock_timestamp() - waiter.began)::float,
           (SELECT relname FROM lock JOIN pg_class ON pg_class.oid = lock.relation
             WHERE lock.pid = waiter.pid
               AND (locktype = 'tuple' OR NOT granted) LIMIT 1),
           root.by, holder.application_name, holder.is_near,
           extract(epoch FROM clock_timestamp() - holder.xact_start)::float,
           holder.xact_start AT TIME ZONE 'UTC', holder.state, holder.backend_type
      FROM waiter JOIN root ON root.pid = waiter.pid
      LEFT JOIN here AS holder ON holder.pid = root.by
     WHERE waiter.began IS NOT NULL
"""

_NAMES = ("family", "service", "operation", "company", "warehouse")
_HOLDER_NAMES = ("family", "service", "operation")
_COLUMNS = (
    "backend",
    "since",
    *_NAMES,
    "relation",
    "holder_backend",
    "holder_opened",
    "holder_program",
    "holder_state",
    *(f"holder_{name}" for name in _HOLDER_NAMES),
)
_FIRST_NAMES = ", ".join(
    f"{name} = coalesce(excluded.{name}, old.{name})"
    for name in (*_NAMES, *(f"holder_{name}" for name in _HOLDER_NAMES))
)
_UPSERT = f"""
    INSERT INTO reliability_lock_wait AS old ({", ".join(_COLUMNS)}, seen)
    VALUES %s
    ON CONFLICT (backend, since) DO UPDATE SET seen = excluded.seen,
        relation = coalesce(excluded.relation, old.relation),
        holder_program = excluded.holder_program,
        holder_state = excluded.holder_state,
        {_FIRST_NAMES}
"""


@register_task
class LockWatch(CollectorTask):
    """Records in each database which processes wait for locks, and who holds them."""

    def __init__(self, collector: Collector, conf: Settings):
        super().__init__(collector, conf)
        self._checked: dict[str, float] = {}

    def poll(self, db: str, connection: Any) -> None:
        """Record who waits in a database now."""
        if not self.collector.enabled:
            return
        before, now = self._checked.get(db), time.monotonic()
        self._checked[db] = now
        interval = min(now - before, _MAX_INTERVAL) if before else 0.0
        with transaction(connection) as cr:
            cr.execute(_IS_THERE_ANY)
            if not cr.fetchone()[0]:
                return
            cr.execute("SELECT set_config('statement_timeout', %s, true)", [_TIMEOUT])
            cr.execute(_WAITS, {"most": _MAX_WAITERS})
            found = cr.fetchall()
            activities = self.collector.activities()
            rows = [self._row(db, wait, activities, interval) for wait in found]
            if rows:
                utc_now = "(%s, now() AT TIME ZONE 'UTC')"
                template = utc_now % ", ".join(["%s"] * len(_COLUMNS))
                execute_values(cr, _UPSERT, rows, template)

    def _row(
        self,
        db: str,
        wait: tuple,
        activities: Mapping[int, list[Activity]],
        interval: float,
    ) -> tuple:
        """Return a row of the table, and record the wait of a process of ours."""
        backend, program, is_near, age, since, seconds, relation, *of_holder = wait
        by, by_program, by_is_near, by_age, opened, state, kind = of_holder
        waiter = _named(activities, db, program, is_near, age)
        holder = _named(activities, db, by_program, by_is_near, by_age)
        if waiter is not None:
            labels = columns_of(waiter.family, waiter.labels)[:-1]
            # No more than what was seen for certain.
            waited = min(seconds, interval) if interval else 0.0
            record(Series("lock_waiting", db, labels, FAST), seconds=waited)
        if kind and kind != "client backend":
            by_program = kind  # PostgreSQL's own, such as its autovacuum
        return (
            backend,
            since,
            *_labels(waiter, _NAMES),
            relation,
            by,
            opened,
            by_program,
            state,
            *_labels(holder, _HOLDER_NAMES),
        )


def _labels(series: Series | None, names: tuple[str, ...]) -> tuple:
    if series is None:
        return (None,) * len(names)
    values = (series.family, *columns_of(series.family, series.labels))
    return values[: len(names)]


def _named(
    activities: Mapping[int, list[Activity]],
    db: str,
    program: str | None,
    is_near: bool | None,
    age: float | None,
) -> Series | None:
    """Return what the process of a backend does in its transaction, if it is ours.

    A process of another host may have the same pid: its address differs.
    """
    pid = _pid(program or "") if is_near else None
    return named(activities.get(pid, ()), db, age or 0.0) if pid else None


def _pid(program: str) -> int | None:
    """Return the pid in the name that Odoo gives its connections."""
    pattern = re.escape(config["db_app_name"]).replace(re.escape("{pid}"), r"(\d+)")
    match = re.fullmatch(pattern, program)
    return int(match[1]) if match and match.groups() else None
