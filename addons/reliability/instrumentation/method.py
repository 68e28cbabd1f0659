"""The place of a measurement: one method of one registry class."""

import logging
import time
from collections.abc import Callable
from typing import Any

from .eligibility import layers_of
from .guard import guarded
from .kill_switch import kill_switch
from .measure import measure
from .operation import Operation

_logger = logging.getLogger(__name__)

_MOST_RETURNS = 10
_SECONDS_OF_A_FIGHT = 3600.0


class Place:
    """Where a measurement is put around a method, outside of every override.

    :ivar operation: what calls are counted as; another one may take its place
    """

    def __init__(self, model_class: type, method: str, operation: Operation):
        self.operation: Operation | None = operation
        self._model_class = model_class
        self._method = method
        self._put_there: list[tuple[Callable, Callable | None]] = []
        self._returns: list[float] = []
        self._put()

    def put_back(self) -> bool:
        """Put the measurement back where somebody took it away, and say so.

        Not too often: somebody who hides it each time must not make a tower of it.
        """
        if self._is_there():
            return False
        hour_ago = time.monotonic() - _SECONDS_OF_A_FIGHT
        self._returns = [moment for moment in self._returns if moment > hour_ago]
        if len(self._returns) > _MOST_RETURNS:
            return False
        self._returns.append(time.monotonic())
        if len(self._returns) > _MOST_RETURNS:
            name = f"{self._model_class._name}.{self._method}"
            _logger.error("Somebody hides the measurement of %s again and again", name)
            return False
        self._put()
        return True

    def leave(self) -> None:
        """Take the measurement away; what others set, before or after us, stays."""
        self.operation = None  # what others hold of ours lets every call pass now
        while self._put_there:
            measured, replaced = self._put_there.pop()
            if vars(self._model_class).get(self._method) is not measured:
                continue
            if replaced is None:
                delattr(self._model_class, self._method)
            else:
                setattr(self._model_class, self._method, replaced)

    def _put(self) -> None:
        replaced = vars(self._model_class).get(self._method)
        current = getattr(self._model_class, self._method)
        behind = None if replaced else (self._model_class, self._method)
        measured = measure(current, self._operation_of, behind)
        self._put_there.append((measured, replaced))
        setattr(self._model_class, self._method, measured)

    @guarded
    def _operation_of(self, records: Any) -> Operation | None:
        """Leave alone what another class inherits from ours: it has its own place."""
        if type(records) is self._model_class and kill_switch.is_enabled():
            return self.operation
        return None

    def _is_there(self) -> bool:
        measured, _replaced = self._put_there[-1]
        current = getattr(self._model_class, self._method, None)
        return any(layer is measured for layer in layers_of(current))
