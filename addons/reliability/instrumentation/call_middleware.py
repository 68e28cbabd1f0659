"""Call middleware: code of an addon around each call of an operation.

It starts before the method and learns how the method ended.  It must not raise, and it
changes neither the result nor the error.
"""

from collections.abc import Callable
from typing import Any, Protocol

from odoo import api


class CallMiddleware(Protocol):
    """The middleware of one call."""

    def returned(self, outcome: str) -> None:
        """Handle that the method returned.

        :param outcome: according to the model's ``_reliability_outcome``: ``done``,
            ``not_done`` or ``failed``
        """

    def raised(self, error: BaseException) -> None:
        """Handle the error that ended the method."""


MiddlewareFactory = Callable[[Any], CallMiddleware | None]
"""Takes the records of a call before its method, and starts the middleware."""

_finders: list[Callable[[api.Environment, int], MiddlewareFactory | None]] = []


def add_call_middleware(
    find: Callable[[api.Environment, int], MiddlewareFactory | None],
):
    """Let an addon put middleware around the calls of operations.

    :param find: takes an environment and the id of an operation, and returns the
        factory of its middleware, or ``None``.  It is called whenever operations are
        read from the database.
    """
    if find not in _finders:
        _finders.append(find)


def middleware_of(env: api.Environment, operation_id: int) -> MiddlewareFactory | None:
    """Return the factory of the middleware of an operation, if it has one."""
    return next(filter(None, (find(env, operation_id) for find in _finders)), None)
