"""A measured method of one model class of a registry."""

import logging
import time
from collections.abc import Callable
from typing import Any

from .guard import guarded
from .instrument import Patch
from .kill_switch import kill_switch
from .measure import measure
from .operation import Operation

_logger = logging.getLogger(__name__)

_MAX_RETURNS = 10
_SECONDS_OF_RETURNS = 3600.0


class InstrumentedMethod:
    """A method that is measured outside of all its overrides.

    :ivar operation: the operation that calls count as; may be replaced
    """

    def __init__(self, model_class: type, method: str, operation: Operation):
        self.operation: Operation | None = operation
        self._model_class = model_class
        self._method = method
        self._patch = Patch(model_class, method, self._measured)
        self._patch.put()
        self._returns: list[float] = []

    def put_back(self) -> bool:
        """Measure the method again if other code has replaced the measured one.

        At most ten times an hour, since code that replaces it again and again would add
        a layer each time.

        :return: whether the method was replaced
        """
        if self._patch.is_effective():
            return False
        hour_ago = time.monotonic() - _SECONDS_OF_RETURNS
        self._returns = [moment for moment in self._returns if moment > hour_ago]
        if len(self._returns) > _MAX_RETURNS:
            return False
        self._returns.append(time.monotonic())
        if len(self._returns) > _MAX_RETURNS:
            name = f"{self._model_class._name}.{self._method}"
            _logger.error("Other code replaces the measured %s again and again", name)
            return False
        self._patch.put()
        return True

    def leave(self) -> None:
        """Stop measuring; layers of other code, inside or outside, stay."""
        self.operation = None  # other code may still call the measured function
        self._patch.remove()

    def _measured(self, current: Callable) -> Callable:
        is_own = self._method in vars(self._model_class)
        inherited = None if is_own else (self._model_class, self._method)
        return measure(current, self._operation_of, inherited)

    @guarded
    def _operation_of(self, records: Any) -> Operation | None:
        """Return the operation that a call counts as.

        ``None`` for a class that inherits the method from this one: it has a measured
        method of its own.
        """
        if type(records) is self._model_class and kill_switch.is_enabled():
            return self.operation
        return None
