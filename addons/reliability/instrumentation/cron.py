"""Scheduled actions: how late they began, how they ended, how long they took.

``ir.cron`` calls this from its overrides.  A scheduled action is named by its external
id, which nobody edits.
"""

import threading

from odoo.orm.registry import Registry

from ..telemetry.events import Series
from .guard import guarded
from .kill_switch import kill_switch
from .outcome import CONTENTION, outcome_of
from .own_cursor import own_cursor
from .registry import is_measured
from .span import Span, record

FAST, FAST_START = 60.0, 60.0
"""Seconds up to which a scheduled action is fast, and begins on time."""

# By the database's clock, which is the one that they are due by: ours may be set.
_NAME_AND_DELAY = """
    SELECT (SELECT module || '.' || name FROM ir_model_data
             WHERE model = 'ir.cron' AND res_id = %(id)s ORDER BY id LIMIT 1),
           (SELECT extract(epoch FROM max(utc - due))::float
              FROM (SELECT now() AT TIME ZONE 'UTC' AS utc) AS clock
              JOIN (SELECT %(nextcall)s::timestamp AS due
                     UNION ALL
                    SELECT call_at FROM ir_cron_trigger WHERE cron_id = %(id)s) AS plan
                ON due <= utc)
"""

_local = threading.local()


class Run:
    """One run of a scheduled action, which may call its code several times."""

    def __init__(self, registry: Registry, job: dict):
        name, late = _look_up(registry, job)
        if late is not None:
            of = Series("cron_delay", registry.db_name, (name,), FAST_START)
            record(of, seconds=late)
        self._error: BaseException | None = None
        self._span = Span(Series("cron", registry.db_name, (name,), FAST))

    def failed(self, error: BaseException) -> None:
        """Note the error that its code raised, which Odoo only logs."""
        self._error = error

    def end(self, is_done: bool) -> None:
        """Record it, once; code that did a part and then raised is not done."""
        outcome = "success" if is_done else "failed"
        if self._error is not None:
            outcome = outcome_of(self._error)
        self._span.end("failed" if outcome == CONTENTION else outcome)


@guarded
def begin(registry: Registry, job: dict) -> Run | None:
    """Note that a scheduled action begins, where the database is measured.

    :param job: its row, as Odoo has locked it
    """
    _local.run = None
    if kill_switch.is_enabled() and is_measured(registry):
        _local.run = Run(registry, job)
    return _local.run


@guarded
def failed(error: BaseException) -> None:
    """Note an error of the scheduled action that runs on this thread."""
    run = getattr(_local, "run", None)
    if run is not None:
        run.failed(error)


@guarded
def ran(is_done: bool) -> None:
    """Note how the scheduled action that runs on this thread ended."""
    run, _local.run = getattr(_local, "run", None), None
    if run is not None:
        run.end(is_done)


def _look_up(registry: Registry, job: dict) -> tuple[str, float | None]:
    """Return the name of a scheduled action, and for how many seconds it is due.

    :return: no seconds where it is not due, but somebody runs it by hand; nor where
        the database does not say
    """
    try:
        with own_cursor(registry) as cr:
            cr.execute(
                _NAME_AND_DELAY,
                {"id": job["id"], "nextcall": job["nextcall"]},
                log_exceptions=False,
            )
            name, late = cr.fetchone()
    except Exception:  # also PostgreSQL's: it is not the caller's cursor
        name = late = None
    return name or f"cron_{job['id']}", late
