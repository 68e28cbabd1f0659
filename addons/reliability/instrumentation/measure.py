"""Measuring a method: each call is timed, and recorded when its transaction ends."""

import functools
import threading
from collections.abc import Callable
from typing import Any

from odoo.api import Environment
from odoo.models import BaseModel

from .call import DONE, NOT_DONE, BatchCall, Call
from .guard import guarded
from .operation import Operation
from .recording import recorder
from .transaction import MAX_CALLS, pending_calls
from .unmeasured import is_unmeasured, thread


class _Active(threading.local):
    """The operations that this thread is executing, outermost first.

    :ivar done: key of an operation → ids of the records that :func:`mark_done` marked
    """

    def __init__(self) -> None:
        self.done: dict[tuple, set] = {}


_active = _Active()


def measure(
    method: Callable,
    operation_of: Callable[[Any], Operation | None],
    inherited: tuple[type, str] | None = None,
) -> Callable:
    """Return ``method`` measured: same result, same exception, same signature.

    A call inside a call of the same operation is part of it and not counted again, and
    one inside of :func:`.unmeasured.unmeasured` is not counted.

    :param operation_of: takes the records of a call and returns its operation, or
        ``None`` if the call is not counted.  It must be fast and must not raise.
    :param inherited: a class and a name.  The method that the class inherits under this
        name is called instead of ``method``.  It is looked up at each call, since tests
        and other addons may replace it at any time.
    """
    owner, name = inherited or (None, "")

    @functools.wraps(method)
    def measured(self, *args, **kwargs):
        inner = (
            getattr(super(owner, self), name)
            if owner
            else functools.partial(method, self)
        )
        operation = operation_of(self)
        active = _active.done
        if operation is None or operation.key in active or thread.depth:
            return inner(*args, **kwargs)
        call = _begin(operation, self, len(active))
        middleware = None
        active[operation.key] = set()
        try:
            middleware = operation.middleware and operation.middleware(self)
            result = inner(*args, **kwargs)
        except BaseException as error:
            _end_with_error(call, operation, self, error)
            if middleware:
                middleware.raised(error)
            raise
        else:
            outcome = _end_with_result(call, operation, self, result)
            if middleware:
                middleware.returned(outcome or DONE)
            return result
        finally:
            del active[operation.key]

    return measured


@guarded
def mark_done(records: Any, operation: str) -> None:
    """Mark records as those on which the current call of an operation did its work.

    ``_reliability_outcome`` gets them from :func:`done_ids`, and so distinguishes what
    the call has done from what was so before.  Outside of such a call, or while the
    operation is not measured, it does nothing.

    :param operation: its code
    """
    done = _active.done.get((records.env.cr.dbname, operation))
    if done is not None and not is_unmeasured():
        done.update(records._ids)


def done_ids(env: Environment, operation: str) -> set:
    """Return the ids of the records that were marked during the current call.

    For ``_reliability_outcome`` only.
    """
    return _active.done.get((env.cr.dbname, operation), set())


@guarded
def _begin(operation: Operation, records: Any, depth: int) -> Call | None:
    pending = pending_calls(records.env.cr._cnx)
    if len(pending) >= MAX_CALLS:
        recorder().count("too_many")
        return None
    series = operation.series(records)
    ids = records._ids
    if len(ids) == 1 and isinstance(ids[0], int):
        call = Call(series or operation.unlabelled, 1, ids[0], depth)
    else:
        call = BatchCall(series or operation.unlabelled, ids, depth)
    call.labelled = series is not None
    pending.append(call)
    return call


@guarded
def _end_with_error(
    call: Call | None, operation: Operation, records: Any, error: BaseException
) -> None:
    if call is not None:
        call.end(error)
        _label(call, operation, records)


@guarded
def _end_with_result(
    call: Call | None, operation: Operation, records: Any, result: Any
) -> str:
    if call is not None:
        call.end(None)
        _label(call, operation, records)
        if operation.has_outcome_hook:
            return _classify(call, operation, records, result)
    return DONE


def _label(call: Call, operation: Operation, records: Any) -> None:
    """Set the labels of a call if only the method has read what they come from."""
    if not call.labelled:
        series = operation.series(records)
        if series is not None:
            call.relabel(series)


def _classify(call: Call, operation: Operation, records: Any, result: Any) -> str:
    """Apply the outcome that the model gives to a call, and return it."""
    outcome = records._reliability_outcome(operation.name, result)
    if isinstance(outcome, BaseModel):
        call.records = len(outcome)
        outcome = DONE if outcome else NOT_DONE
    call.classify(outcome)
    return outcome
