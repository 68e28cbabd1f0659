"""Job outcome: the details of a change of state that only Python knows.

They are the error that ended an attempt, or the user who requeued the job.
"""

import contextlib
import sys
from contextvars import ContextVar

from psycopg2 import OperationalError

from odoo.addons.queue_job.job import FAILED, PENDING
from odoo.addons.reliability.api import guarded, masked, outcome_of

_user_id: ContextVar[int | None] = ContextVar("user_id", default=None)


@contextlib.contextmanager
def requested_by(user_id: int):
    """Attribute changes of state in the block to a user.

    The queue itself writes them as the user who created the job.
    """
    token = _user_id.set(user_id)
    try:
        yield
    finally:
        _user_id.reset(token)


@guarded
def details_of_change(state: str) -> dict | None:
    """Return the details of a job's change to a state; ``None`` where there are none.

    :return: the outcome of the attempt, or ``requeued_by``, the id of a user
    """
    if state in (PENDING, FAILED) and (error := sys.exc_info()[1]):
        return _outcome_details(error, state)
    if state == PENDING and (user_id := _user_id.get()):
        return {"requeued_by": user_id}
    return None


def _outcome_details(error: BaseException, state: str) -> dict:
    """Return the outcome of an attempt, from the error that the queue is handling.

    :param state: the job's new state; pending if another attempt follows
    """
    outcome = outcome_of(error)
    if outcome not in ("rejected", "failed"):
        outcome = "retried" if state == PENDING else "failed"
    # After a concurrency error, queue_job raises RetryableJobError from it.
    is_contended = isinstance(error.__cause__, OperationalError)
    cause = error.__cause__ if is_contended else error
    return {
        "outcome": outcome,
        "contended": is_contended,
        "error": type(cause).__name__,
        "message": masked(error).strip(),
    }
