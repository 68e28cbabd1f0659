"""Scheduled actions: delay, outcome and duration of each run.

The overrides of ``ir.cron`` call these functions.  The label is the external id of the
scheduled action, since users may change its name.
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
from .unmeasured import is_unmeasured

FAST, FAST_START = 60.0, 60.0
"""Thresholds in seconds, of the duration of a run and of its delay."""

# By the clock of the database, by which scheduled actions are due.
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
        name, delay = _look_up(registry, job)
        if delay is not None:
            series = Series("cron_delay", registry.db_name, (name,), FAST_START)
            record(series, seconds=delay)
        self._error: BaseException | None = None
        self._span = Span(Series("cron", registry.db_name, (name,), FAST))

    def set_error(self, error: BaseException) -> None:
        """Keep the error that the code raised, which Odoo only logs."""
        self._error = error

    def end(self, is_done: bool) -> None:
        """Record the run once; after an error it has failed, even if parts are done."""
        outcome = "success" if is_done else "failed"
        if self._error is not None:
            outcome = outcome_of(self._error)
        outcome = "failed" if outcome == CONTENTION else outcome
        self._span.end(outcome, self._error)


@guarded
def begin(registry: Registry, job: dict) -> Run | None:
    """Begin the run of a scheduled action, if the database is measured.

    :param job: its row, as Odoo has locked it
    """
    if is_unmeasured():
        return None
    _local.run = None
    if kill_switch.is_enabled() and is_measured(registry):
        _local.run = Run(registry, job)
    return _local.run


@guarded
def set_error(error: BaseException) -> None:
    """Keep the error of the scheduled action that runs on this thread."""
    run = getattr(_local, "run", None)
    if run is not None and not is_unmeasured():
        run.set_error(error)


@guarded
def end(is_done: bool) -> None:
    """End the run of the scheduled action on this thread; again does nothing."""
    if is_unmeasured():
        return  # the run that began before goes on
    run, _local.run = getattr(_local, "run", None), None
    if run is not None:
        run.end(is_done)


def _look_up(registry: Registry, job: dict) -> tuple[str, float | None]:
    """Return the name of a scheduled action, and its delay in seconds.

    :return: the delay is ``None`` if the action is not due, since a user runs it by
        hand, and if it cannot be read
    """
    try:
        with own_cursor(registry) as cr:
            cr.execute(
                _NAME_AND_DELAY,
                {"id": job["id"], "nextcall": job["nextcall"]},
                log_exceptions=False,
            )
            name, delay = cr.fetchone()
    except Exception:  # also PostgreSQL's: it is not the caller's cursor
        name = delay = None
    return name or f"cron_{job['id']}", delay
