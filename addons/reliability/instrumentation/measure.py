"""Wrapping a method so that every call of it is measured."""

import functools
import threading
from collections.abc import Callable
from typing import Any

from odoo.models import BaseModel

from .call import DONE, NOT_DONE, Call
from .guard import guarded
from .operation import Operation
from .recording import recorder
from .transaction import MAX_CALLS, held_on


class _Inside(threading.local):
    """The operations that this thread is inside of, outermost first."""

    def __init__(self) -> None:
        self.keys: list[tuple] = []


_inside = _Inside()


def measure(
    method: Callable,
    operation_of: Callable[[Any], Operation | None],
    behind: tuple[type, str] | None = None,
) -> Callable:
    """Return ``method`` measured: same result, same exception, same signature.

    A call inside a call of the same operation is part of it and not counted again.

    :param operation_of: the records of a call → what it is counted as; ``None`` where
        it is not to be counted.  It must be fast and must not raise.
    :param behind: a class and a name: what the class inherits under this name is called
        instead of ``method``, looked up at each call, since somebody may replace it
        there later, as tests and other addons do
    """
    owner, name = behind or (None, "")

    @functools.wraps(method)
    def measured(self, *args, **kwargs):
        inner = (
            getattr(super(owner, self), name)
            if owner
            else functools.partial(method, self)
        )
        operation = operation_of(self)
        inside = _inside.keys
        if operation is None or operation.key in inside:
            return inner(*args, **kwargs)
        call = _begin(operation, self, len(inside))
        around = None
        inside.append(operation.key)
        try:
            around = operation.surround and operation.surround(self)
            result = inner(*args, **kwargs)
        except BaseException as error:
            _raised(call, operation, self, error)
            if around:
                around.raised(error)
            raise
        else:
            verdict = _returned(call, operation, self, result)
            if around:
                around.returned(verdict or DONE)
            return result
        finally:
            inside.pop()

    return measured


@guarded
def _begin(operation: Operation, records: Any, depth: int) -> Call | None:
    held = held_on(records.env.cr._cnx)
    if len(held) >= MAX_CALLS:
        recorder().count("too_many")
        return None
    series = operation.series(records)
    ids = records._ids
    only_id = ids[0] if len(ids) == 1 and isinstance(ids[0], int) else 0
    call = Call(series or operation.unlabelled, len(ids), only_id, depth)
    call.labelled = series is not None
    held.append(call)
    return call


@guarded
def _raised(
    call: Call | None, operation: Operation, records: Any, error: BaseException
) -> None:
    if call is not None:
        call.end(error)
        _label(call, operation, records)


@guarded
def _returned(
    call: Call | None, operation: Operation, records: Any, result: Any
) -> str:
    if call is not None:
        call.end(None)
        _label(call, operation, records)
        if operation.judges:
            return _judge(call, operation, records, result)
    return DONE


def _label(call: Call, operation: Operation, records: Any) -> None:
    """Tell where a call belongs, where the method has read what we did not know."""
    if not call.labelled:
        series = operation.series(records)
        if series is not None:
            call.relabel(series)


def _judge(call: Call, operation: Operation, records: Any, result: Any) -> str:
    """Ask the model whether what was asked for is done, and on how many records."""
    verdict = records._reliability_outcome(operation.name, result)
    if isinstance(verdict, BaseModel):
        call.records = len(verdict)
        verdict = DONE if verdict else NOT_DONE
    call.judge(verdict)
    return verdict
