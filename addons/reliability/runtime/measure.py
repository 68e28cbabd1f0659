"""Wrapping a method so that every call of it is measured."""

import functools
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from odoo.models import BaseModel

from .call import DONE, NOT_DONE, Call
from .guard import guarded
from .operation import Operation
from .recording import recorder
from .transaction import hold, is_full


class _Begun(NamedTuple):
    """A call in its method; with its records, where its labels are not known yet."""

    call: Call
    operation: Operation
    unlabelled: Any


class _Inside(threading.local):
    """The operations that this thread is inside of, outermost first."""

    def __init__(self) -> None:
        self.keys: list[tuple] = []


_inside = _Inside()


def measure(
    method: Callable, operation_of: Callable[[Any], Operation | None]
) -> Callable:
    """Return ``method`` measured: same result, same exception, same signature.

    A call inside a call of the same operation is part of it and not counted again.

    :param operation_of: the records of a call → what it is counted as; ``None`` where
        it is not to be counted.  It must be fast and must not raise.
    """

    @functools.wraps(method)
    def measured(self, *args, **kwargs):
        operation = operation_of(self)
        if operation is None or operation.key in _inside.keys:
            return method(self, *args, **kwargs)
        begun = _begin(operation, self)
        _inside.keys.append(operation.key)
        try:
            result = method(self, *args, **kwargs)
        except BaseException as error:
            _end(begun, error)
            raise
        else:
            _end(begun, None)
            _judge(begun, self, result)
            return result
        finally:
            _inside.keys.pop()

    return measured


@guarded
def _begin(operation: Operation, records: Any) -> _Begun | None:
    cnx = records.env.cr._cnx
    if is_full(cnx):
        recorder().count("too_many")
        return None
    known = operation.series(records, fetch=True)
    series = known or operation.unlabelled(records)
    ids = records._ids
    only_id = ids[0] if len(ids) == 1 and isinstance(ids[0], int) else 0
    call = Call(series, len(ids), only_id, len(_inside.keys))
    try:
        hold(cnx, call)
    except BaseException:
        call.abandon()
        raise
    return _Begun(call, operation, None if known else records)


@guarded
def _end(begun: _Begun | None, error: BaseException | None) -> None:
    if begun is None:
        return
    call, operation, records = begun
    call.end(error)
    # After an error nothing may be read, not even a code that is not known yet.
    if records is not None and error is None:
        series = operation.series(records, fetch=False)
        if series is not None:
            call.relabel(series)


@guarded
def _judge(begun: _Begun | None, records: Any, result: Any) -> None:
    """Ask the model whether what was asked for is done, and on how many records."""
    if begun is not None:
        verdict = records._reliability_verdict(begun.operation.name, result)
        if isinstance(verdict, BaseModel):
            begun.call.records = len(verdict)
            verdict = DONE if verdict else NOT_DONE
        begun.call.judge(verdict)
