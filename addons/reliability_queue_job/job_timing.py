"""Job timing: how long jobs waited, how long they ran, and how they ended."""

import os
import socket
import threading
from typing import NamedTuple

from odoo.addons.queue_job.job import PENDING
from odoo.addons.reliability.api import (
    Series,
    Span,
    guarded,
    is_measured,
    masked,
    outcome_of,
    record,
)

from .unmeasured_jobs import is_unmeasured_key

DURATION_THRESHOLD, DELAY_THRESHOLD = 300.0, 60.0
"""Latency thresholds in seconds: of running a job, and of waiting for a worker."""

NO_TIMING = {"reliability_started": False, "reliability_attempt_details": False}
"""Values for the job's row when an attempt is not measured: they clear the last one."""

_START = """
    SELECT now() AT TIME ZONE 'UTC',
           greatest(0, extract(epoch FROM now() AT TIME ZONE 'UTC'
               - greatest(coalesce(reliability_since, date_created), eta)))::float,
           coalesce(reliability_attempts, 0),
           reliability_attempt_details->'requeued_by', coalesce(name, ''), identity_key
      FROM queue_job WHERE id = %s
"""

_MAX_NAME = 200

_local = threading.local()


class Wait(NamedTuple):
    """How long a job has waited for an attempt.

    :ivar uuid: of the job
    :ivar seconds: from when the attempt could start until it started
    :ivar attempt: label ``attempt``: ``first`` or ``retry``
    """

    uuid: str
    seconds: float
    attempt: str


@guarded
def start_values(job) -> dict | None:
    """Return values for the row of a job that is about to be ``started``.

    Times are by the clock of the database: the beginning of the transaction.

    :param job: a record of ``queue.job``
    :return: ``None`` while measuring is paused, and for jobs that are not measured
    """
    if not is_measured(job.env.registry):
        return None
    job.env.cr.execute(_START, [job.id])
    started, waited, attempts, requeued_by, name, key = job.env.cr.fetchone()
    if is_unmeasured_key(key):
        return None
    _local.wait = Wait(job.uuid, waited, "retry" if attempts else "first")
    requeued = {} if attempts or requeued_by is None else {"requeued_by": requeued_by}
    shown = masked(name, _MAX_NAME)
    masking = {} if shown == name else {"name": shown}
    return {
        "reliability_started": started,
        "reliability_attempts": attempts + 1,
        "reliability_attempt_details": {
            "worker": _worker(),
            "waited": waited,
            **requeued,
            **masking,
        },
    }


def _worker() -> str:
    return f"{socket.gethostname()}/{os.getpid()}"


class Run:
    """A job that this worker runs: one attempt."""

    def __init__(self, db: str, job):
        wait = getattr(_local, "wait", None)
        if wait and wait.uuid == job.uuid:
            labels = (job.channel, wait.attempt)
            delay = Series("queue_job_delay", db, labels, DELAY_THRESHOLD)
            record(delay, seconds=wait.seconds)
        name = f"{job.model_name}.{job.method_name}"
        duration = Series("queue_job", db, (job.channel, name), DURATION_THRESHOLD)
        self._span = Span(duration)

    def end(self, job, error: BaseException | None) -> None:
        """Record the outcome.

        :param error: the error for which the queue has given up the attempt
        """
        if error is None:
            outcome = "retried" if job.state == PENDING else "success"
        else:
            outcome = "rejected" if outcome_of(error) == "rejected" else "failed"
        self._span.end(outcome)


@guarded
def begin(env, job) -> Run | None:
    """Return the run of a job that starts, where the database is measured."""
    return Run(env.cr.dbname, job) if is_measured(env.registry) else None


@guarded
def end(run: Run | None, job, error: BaseException | None = None) -> None:
    """Record how a run has ended."""
    if run is not None:
        run.end(job, error)
