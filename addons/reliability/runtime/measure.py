"""Wrapping a method so that every call of it is measured."""

import functools
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakSet

from ..telemetry.events import Series
from .call import Call
from .guard import guarded
from .labels import UNKNOWN, cached_labels, read_labels
from .transaction import hold

_measured: WeakSet[Callable] = WeakSet()


class Operation(NamedTuple):
    """What is measured, in the business's words.

    :ivar service: code of the service it belongs to
    :ivar name: code of the operation
    :ivar threshold: seconds up to which a call counts as fast
    :ivar code_of: records of a call, id of their warehouse → its code
    """

    service: str
    name: str
    threshold: float
    code_of: Callable[[Any, int], str]

    def series(self, records: Any, labels: tuple[str, str]) -> Series:
        """Return what a call on ``records`` is counted under."""
        values = (self.service, self.name, *labels)
        return Series("operation", records.env.cr.dbname, values, self.threshold)


class _Begun(NamedTuple):
    """A call in its method; with its records, where its labels are not known yet."""

    call: Call
    operation: Operation
    unlabelled: Any


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
        begun = _begin(operation, self)
        _inside.operations.append(operation)
        try:
            result = method(self, *args, **kwargs)
        except BaseException as error:
            _end(begun, error)
            raise
        else:
            _end(begun, None)
            return result
        finally:
            _inside.operations.pop()

    _measured.add(measured)
    return measured


def wrap(model_class: type, method: str, operation: Operation) -> None:
    """Measure ``method`` of a registry class, outside of every override.

    One that is measured already, also inside of somebody else's wrapper, stays so.
    """
    current = getattr(model_class, method)
    if not any(layer in _measured for layer in _layers(current)):
        measured = measure(current, operation)
        measured.replaced = vars(model_class).get(method)
        setattr(model_class, method, measured)


def unwrap(model_class: type, method: str) -> None:
    """Take the measurement away again; what others set, before or after us, stays."""
    current = vars(model_class).get(method)
    if current is None or current not in _measured:
        return
    if current.replaced is None:
        delattr(model_class, method)
    else:
        setattr(model_class, method, current.replaced)


def _layers(method: Callable | None) -> Iterator[Callable]:
    while method is not None:
        yield method
        method = getattr(method, "__wrapped__", None)


@guarded
def _begin(operation: Operation, records: Any) -> _Begun:
    cnx = records.env.cr._cnx
    labels = read_labels(records, partial(operation.code_of, records))
    ids = records._ids
    only_id = ids[0] if len(ids) == 1 and isinstance(ids[0], int) else 0
    series = operation.series(records, labels or UNKNOWN)
    call = Call(series, len(ids), only_id, len(_inside.operations))
    try:
        hold(cnx, call)
    except BaseException:
        call.abandon()
        raise
    return _Begun(call, operation, None if labels else records)


@guarded
def _end(begun: _Begun | None, error: BaseException | None) -> None:
    if begun is None:
        return
    call, operation, records = begun
    call.end(error)
    # After an error nothing may be read, not even a code that is not cached.
    if records is not None and error is None:
        labels = cached_labels(records, partial(operation.code_of, records))
        if labels is not None:
            call.relabel(operation.series(records, labels))
