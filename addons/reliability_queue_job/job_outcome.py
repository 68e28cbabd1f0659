"""What only Python knows of a job's change of state: who wants it, or which error."""

import contextlib
import sys
from contextvars import ContextVar

from psycopg2 import OperationalError

from odoo.addons.queue_job.job import FAILED, PENDING
from odoo.addons.reliability.api import guarded, masked, outcome_of

_asker: ContextVar[int | None] = ContextVar("asker", default=None)


@contextlib.contextmanager
def asked_by(user_id: int):
    """Let jobs whose state is changed in the block be somebody's.

    The queue changes them as the user who has made the job.
    """
    token = _asker.set(user_id)
    try:
        yield
    finally:
        _asker.reset(token)


@guarded
def of_state(state: str) -> dict | None:
    """Return what nobody else can know of a job's change of state."""
    if state in (PENDING, FAILED) and (error := sys.exc_info()[1]):
        return _of_error(error, state)
    if state == PENDING and (asker := _asker.get()):
        return {"by": asker}
    return None


def _of_error(error: BaseException, state: str) -> dict:
    """Return how a try ended, by the error that the queue is handling.

    :param state: what the job comes to: pending where another try follows
    """
    outcome = outcome_of(error)
    if outcome not in ("rejected", "failed"):
        outcome = "retried" if state == PENDING else "failed"
    # The queue says "later" itself where another transaction was in the way.
    is_contended = isinstance(error.__cause__, OperationalError)
    cause = error.__cause__ if is_contended else error
    return {
        "outcome": outcome,
        "contended": is_contended,
        "error": type(cause).__name__,
        "message": masked(error).strip(),
    }
