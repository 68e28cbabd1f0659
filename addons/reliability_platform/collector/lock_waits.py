"""Lock waits: which backends of a database wait for locks, and which hold them.

At each poll, PostgreSQL returns the waiting backends, the duration of each wait, and
the backend at the root of each chain of waits.  Each host knows the activities of its
own processes only.  So each host adds the labels of its own backends to the rows, and
counts the seconds of its own processes.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from psycopg2.extras import execute_values

from odoo.tools import config

from odoo.addons.reliability.api import (
    COUNTER,
    Activity,
    Collector,
    CollectorTask,
    FamilySpec,
    MetricSpec,
    Series,
    Settings,
    columns_of,
    named,
    record,
    register_family,
    register_task,
    transaction,
)

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

_MAX_SECONDS = 2.0
_MAX_WAITERS = 100
_MAX_INTERVAL = 60.0

# A cheap check, before the expensive query.
_HAS_WAITS = """
    SELECT to_regclass('public.reliability_lock_wait') IS NOT NULL AND EXISTS (
        SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'
           AND pid <> pg_backend_pid())
"""

# PostgreSQL 13 has no ``waitstart``.  A backend that waits for a row holds a lock on
# the tuple, or waits for one; that lock names the table.
_WAITS = """
    WITH RECURSIVE backend AS MATERIALIZED (
        SELECT *, client_addr IS NOT DISTINCT FROM (
                      SELECT client_addr FROM pg_stat_activity
                       WHERE pid = pg_backend_pid()) AS is_same_host
          FROM pg_stat_activity WHERE datname = current_database()
    ), lock AS MATERIALIZED (
        SELECT *, (to_jsonb(pg_locks)->>'waitstart')::timestamptz AS began
          FROM pg_locks
    ), waiter AS MATERIALIZED (
        SELECT backend.*, coalesce(
                   (SELECT min(began) FROM lock
                     WHERE lock.pid = backend.pid AND NOT granted),
                   state_change) AS began
          FROM backend
         WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()
         ORDER BY xact_start LIMIT %(max_waiters)s
    ), blocked AS MATERIALIZED (
        SELECT pid, unnest(pg_blocking_pids(pid)) AS blocker FROM waiter
    ), chain AS (
        SELECT pid, blocker FROM blocked
         UNION
        SELECT chain.pid, blocked.blocker
          FROM chain JOIN blocked ON blocked.pid = chain.blocker
    ), root AS (
        SELECT DISTINCT ON (chain.pid) chain.pid, chain.blocker
          FROM chain LEFT JOIN backend ON backend.pid = chain.blocker
         WHERE backend.wait_event_type IS DISTINCT FROM 'Lock'
         ORDER BY chain.pid, backend.xact_start
    )
    SELECT waiter.pid, waiter.application_name, waiter.is_same_host,
           extract(epoch FROM clock_timestamp() - waiter.xact_start)::float,
           waiter.began AT TIME ZONE 'UTC',
           extract(epoch FROM clock_timestamp() - waiter.began)::float,
           (SELECT relname FROM lock JOIN pg_class ON pg_class.oid = lock.relation
             WHERE lock.pid = waiter.pid
               AND (locktype = 'tuple' OR NOT granted) LIMIT 1),
           root.blocker, holder.application_name, holder.is_same_host,
           extract(epoch FROM clock_timestamp() - holder.xact_start)::float,
           holder.xact_start AT TIME ZONE 'UTC', holder.state, holder.backend_type
      FROM waiter JOIN root ON root.pid = waiter.pid
      LEFT JOIN backend AS holder ON holder.pid = root.blocker
     WHERE waiter.began IS NOT NULL
"""

_WAITER_LABELS = ("family", "service", "operation", "company", "warehouse")
_HOLDER_LABELS = ("family", "operation")
_COLUMNS = (
    "backend",
    "since",
    *_WAITER_LABELS,
    "relation",
    "holder_backend",
    "holder_opened",
    "holder_program",
    "holder_state",
    *(f"holder_{name}" for name in _HOLDER_LABELS),
)
_SET_LABELS = ", ".join(
    f"{name} = coalesce(excluded.{name}, old.{name})"
    for name in (*_WAITER_LABELS, *(f"holder_{name}" for name in _HOLDER_LABELS))
)
_UPSERT = f"""
    INSERT INTO public.reliability_lock_wait AS old ({", ".join(_COLUMNS)}, seen)
    VALUES %s
    ON CONFLICT (backend, since) DO UPDATE SET seen = excluded.seen,
        relation = coalesce(excluded.relation, old.relation),
        holder_program = excluded.holder_program,
        holder_state = excluded.holder_state,
        {_SET_LABELS}
"""


@register_task
class LockWatch(CollectorTask):
    """Stores the lock waits of each database in the database itself."""

    def __init__(self, collector: Collector, conf: Settings):
        super().__init__(collector, conf)
        self._checked: dict[str, float] = {}

    def poll(self, db: str, connection: Any) -> None:
        """Store the lock waits of a database."""
        if not self.collector.enabled:
            return
        before, now = self._checked.get(db), time.monotonic()
        self._checked[db] = now
        interval = min(now - before, _MAX_INTERVAL) if before else 0.0
        with transaction(connection, _MAX_SECONDS) as cr:
            cr.execute(_HAS_WAITS)
            if not cr.fetchone()[0]:
                return
            cr.execute(_WAITS, {"max_waiters": _MAX_WAITERS})
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
        """Return a row of the table, and record the wait if its process is ours.

        :param wait: a row of :data:`_WAITS`
        :param interval: seconds since the last poll
        """
        backend, program, is_same_host, age, since, seconds, relation, *rest = wait
        holder_backend, holder_program, holder_is_same_host, holder_age, *rest = rest
        holder_opened, holder_state, holder_kind = rest
        waiter = _series_of(activities, db, program, is_same_host, age)
        holder = _series_of(
            activities, db, holder_program, holder_is_same_host, holder_age
        )
        if waiter is not None:
            labels = columns_of(waiter.family, waiter.labels)[:-1]
            # At most the time since the last poll, which counted the time before.
            waited = min(seconds, interval) if interval else 0.0
            record(Series("lock_waiting", db, labels, 0.0), seconds=waited)
        if holder_kind and holder_kind != "client backend":
            holder_program = holder_kind  # PostgreSQL's own, such as its autovacuum
        return (
            backend,
            since,
            *_labels(waiter, _WAITER_LABELS),
            relation,
            holder_backend,
            holder_opened,
            holder_program,
            holder_state,
            *_labels(holder, _HOLDER_LABELS),
        )


def _labels(series: Series | None, names: tuple[str, ...]) -> tuple:
    if series is None:
        return (None,) * len(names)
    service, operation, company, warehouse, _ = columns_of(series.family, series.labels)
    labels = {
        "family": series.family,
        "service": service,
        "operation": operation,
        "company": company,
        "warehouse": warehouse,
    }
    return tuple(labels[name] for name in names)


def _series_of(
    activities: Mapping[int, list[Activity]],
    db: str,
    program: str | None,
    is_same_host: bool | None,
    age: float | None,
) -> Series | None:
    """Return the series that the transaction of a backend belongs to, if it is known.

    It is not known for processes of other hosts, which may have the same pid.
    """
    pid = _pid(program or "") if is_same_host else None
    return named(activities.get(pid, ()), db, age or 0.0) if pid else None


def _pid(program: str) -> int | None:
    """Return the pid in the name that Odoo gives its connections."""
    pattern = re.escape(config["db_app_name"]).replace(re.escape("{pid}"), r"(\d+)")
    match = re.fullmatch(pattern, program)
    return int(match[1]) if match and match.groups() else None
