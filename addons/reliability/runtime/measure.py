"""Wrapping a method so that every call of it is measured."""

import functools
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from ..telemetry.events import Series
from .call import Call
from .guard import guarded
from .transaction import hold

_MARK = "_reliability_operation"


class Operation(NamedTuple):
    """What is measured, in the business's words.

    :ivar service: code of the service it belongs to
    :ivar name: code of the operation
    :ivar threshold: seconds up to which a call counts as fast
    :ivar labels_of: the records of a call → its labels ``(company, warehouse)``
    """

    service: str
    name: str
    threshold: float
    labels_of: Callable[[Any], tuple[str, str]]


class _Inside(threading.local):
    """The operations that this thread is inside of, outermost first."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []


_inside = _Inside()


def measure(method: Callable, operation: Operation) -> Callable:
    """Return ``method`` measured: same result, same exception, same signature.

    A call inside a call of the same operation is part of it and not counted again.
    """

    @functools.wraps(method)
    def measured(self, *args, **kwargs):
        if operation in _inside.operations:
            return method(self, *args, **kwargs)
        call = _begin(operation, self)
        _inside.operations.append(operation)
        try:
            result = method(self, *args, **kwargs)
        except BaseException as error:
            _end(call, error)
            raise
        else:
            _end(call, None)
            return result
        finally:
            _inside.operations.pop()

    setattr(measured, _MARK, operation)
    return measured


def wrap(model_class: type, method: str, operation: Operation) -> None:
    """Measure ``method`` of a registry class, outside of every override."""
    current = getattr(model_class, method)
    if not hasattr(current, _MARK):
        setattr(model_class, method, measure(current, operation))


def unwrap(model_class: type, method: str) -> None:
    """Take the measurement away again; what others set stays."""
    current = vars(model_class).get(method)
    if hasattr(current, _MARK):
        delattr(model_class, method)


@guarded
def _begin(operation: Operation, records: Any) -> Call:
    company, warehouse = operation.labels_of(records)
    env = records.env
    cnx = env.cr._cnx
    labels = (operation.service, operation.name, company, warehouse)
    series = Series("operation", env.cr.dbname, labels, operation.threshold)
    record_id = records._ids[0] if len(records) == 1 else 0
    call = Call(
        series,
        len(records),
        record_id if isinstance(record_id, int) else 0,
        len(_inside.operations),
    )
    hold(cnx, call)
    return call


@guarded
def _end(call: Call | None, error: BaseException | None) -> None:
    if call is not None:
        call.end(error)
