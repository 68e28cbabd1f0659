"""Scheduled actions: delay, outcome and duration.

The overrides of ``ir.cron`` call this module.  The label of a scheduled action is its
external id, which users do not edit.
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
"""Latency thresholds, in seconds: of a scheduled action, and of its delay."""

# Odoo decides by the database's clock which actions are due; ours may differ.
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
        name, delay = _read_name_and_delay(registry, job)
        if delay is not None:
            series = Series("cron_delay", registry.db_name, (name,), FAST_START)
            record(series, seconds=delay)
        self._error: BaseException | None = None
        self._span = Span(Series("cron", registry.db_name, (name,), FAST))

    def failed(self, error: BaseException) -> None:
        """Set the error that the code raised, which Odoo only logs."""
        self._error = error

    def end(self, is_done: bool) -> None:
        """Record the run, once; code that did a part and then raised is not done."""
        outcome = "success" if is_done else "failed"
        if self._error is not None:
            outcome = outcome_of(self._error)
        self._span.end("failed" if outcome == CONTENTION else outcome)


@guarded
def begin(registry: Registry, job: dict) -> Run | None:
    """Begin to measure a scheduled action, if the database is measured.

    :param job: the row of ``ir.cron`` that Odoo has locked
    """
    _local.run = None
    if kill_switch.is_enabled() and is_measured(registry):
        _local.run = Run(registry, job)
    return _local.run


@guarded
def failed(error: BaseException) -> None:
    """Set the error of the scheduled action that runs on this thread."""
    run = getattr(_local, "run", None)
    if run is not None:
        run.failed(error)


@guarded
def ran(is_done: bool) -> None:
    """Record the end of the scheduled action that runs on this thread."""
    run, _local.run = getattr(_local, "run", None), None
    if run is not None:
        run.end(is_done)


def _read_name_and_delay(registry: Registry, job: dict) -> tuple[str, float | None]:
    """Return the name of a scheduled action, and the seconds since it was due.

    :return: no seconds if the action is not due, as when a user runs it by hand, or if
        the query fails
    """
    try:
        with own_cursor(registry) as cr:
            cr.execute(
                _NAME_AND_DELAY,
                {"id": job["id"], "nextcall": job["nextcall"]},
                log_exceptions=False,
            )
            name, delay = cr.fetchone()
    except Exception:  # also PostgreSQL's: this is not the caller's cursor
        name = delay = None
    return name or f"cron_{job['id']}", delay
