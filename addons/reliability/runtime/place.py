"""The place of a measurement: one method of one registry class."""

from collections.abc import Callable, Iterator
from typing import Any

from .guard import guarded
from .measure import measure
from .operation import Operation
from .switch import switch

_MOST_RETURNS = 10


class Place:
    """Where a measurement is put around a method, outside of every override.

    :ivar operation: what calls are counted as; another one may take its place
    """

    def __init__(self, model_class: type, method: str, operation: Operation):
        self.operation: Operation | None = operation
        self._model_class = model_class
        self._method = method
        self._measured: Callable | None = None
        self._replaced: Callable | None = None
        self._returns = 0
        self._put()

    def put_back(self) -> bool:
        """Put the measurement back where somebody took it away, and say so.

        Not for ever: somebody who takes it away each time must not make a tower of it.
        """
        if self._is_there() or self._returns >= _MOST_RETURNS:
            return False
        self._returns += 1
        self._put()
        return True

    def leave(self) -> None:
        """Take the measurement away; what others set, before or after us, stays."""
        self.operation = None
        if vars(self._model_class).get(self._method) is not self._measured:
            return  # somebody has wrapped ours, which lets every call pass now
        if self._replaced is None:
            delattr(self._model_class, self._method)
        else:
            setattr(self._model_class, self._method, self._replaced)

    def _put(self) -> None:
        self._replaced = vars(self._model_class).get(self._method)
        current = getattr(self._model_class, self._method)
        self._measured = measure(current, self._operation_of)
        setattr(self._model_class, self._method, self._measured)

    @guarded
    def _operation_of(self, records: Any) -> Operation | None:
        """Leave alone what another class inherits from ours: it has its own place."""
        if type(records) is self._model_class and switch.look():
            return self.operation
        return None

    def _is_there(self) -> bool:
        current = getattr(self._model_class, self._method, None)
        return any(layer is self._measured for layer in _layers(current))


def _layers(method: Callable | None) -> Iterator[Callable]:
    while method is not None:
        yield method
        method = getattr(method, "__wrapped__", None)
