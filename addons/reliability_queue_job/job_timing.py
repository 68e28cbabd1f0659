"""Jobs that a worker runs: how long each had waited, how long it took, how it ended."""

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
    outcome_of,
    record_wait,
)

FAST, FAST_START = 300.0, 60.0
"""Seconds up to which a job is fast, and begins on time."""

NO_TIMING = {"reliability_started": False, "reliability_attempt_details": False}
"""What a row remembers of a try of which nobody knows, instead of the one before."""

_BEGINS = """
    SELECT now() AT TIME ZONE 'UTC',
           greatest(0, extract(epoch FROM now() AT TIME ZONE 'UTC'
               - greatest(coalesce(reliability_since, date_created), eta)))::float,
           coalesce(reliability_attempts, 0), reliability_attempt_details->'by'
      FROM queue_job WHERE id = %s
"""

_local = threading.local()


class Wait(NamedTuple):
    """How long a job has waited, in seconds, and for which try."""

    uuid: str
    seconds: float
    attempt: str


@guarded
def begins(job) -> dict | None:
    """Note how long a job has waited that is about to be ``started``.

    By the clock of the database, which stands from the beginning of the transaction.

    :param job: a record of ``queue.job``
    :return: what its row is to remember of the try; while all is switched off, nothing
    """
    if not is_measured(job.env.registry):
        return None
    job.env.cr.execute(_BEGINS, [job.id])
    began, waited, tries, asker = job.env.cr.fetchone()
    _local.wait = Wait(job.uuid, waited, "retry" if tries else "first")
    asked = {} if tries or asker is None else {"by": asker}
    return {
        "reliability_started": began,
        "reliability_attempts": tries + 1,
        "reliability_attempt_details": {"worker": _worker(), "waited": waited, **asked},
    }


def _worker() -> str:
    return f"{socket.gethostname()}/{os.getpid()}"


class Run:
    """One try, from its beginning."""

    def __init__(self, db: str, job):
        wait = getattr(_local, "wait", None)
        if wait and wait.uuid == job.uuid:
            of = Series("queue_job_delay", db, (job.channel, wait.attempt), FAST_START)
            record_wait(of, wait.seconds)
        name = f"{job.model_name}.{job.method_name}"
        self._span = Span(Series("queue_job", db, (job.channel, name), FAST))

    def end(self, job, error: BaseException | None) -> None:
        """Record how it ended.

        :param error: what the queue has given up for
        """
        if error is None:
            outcome = "retried" if job.state == PENDING else "success"
        else:
            outcome = "rejected" if outcome_of(error) == "rejected" else "failed"
        self._span.end(outcome)


@guarded
def begin(env, job) -> Run | None:
    """Return the try of a job that begins, where the database is measured."""
    return Run(env.cr.dbname, job) if is_measured(env.registry) else None


@guarded
def end(run: Run | None, job, error: BaseException | None = None) -> None:
    """Record how a try has ended."""
    if run is not None:
        run.end(job, error)
