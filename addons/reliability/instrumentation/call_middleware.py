"""What an addon puts around the calls of an operation, beside measuring them.

It begins before the call and is told how it ended.  It must not raise, and changes
neither what the call returns nor what it raises.
"""

from collections.abc import Callable
from typing import Any, Protocol

from odoo import api


class CallMiddleware(Protocol):
    """What is around one call."""

    def returned(self, verdict: str) -> None:
        """Be told what the model says of a call that returned: ``done``, ``not_done``
        or ``failed``."""

    def raised(self, error: BaseException) -> None:
        """Be told the error that ended the call."""


MiddlewareFactory = Callable[[Any], CallMiddleware]
"""Takes the records of a call, and begins what is around it."""

_finders: list[Callable[[api.Environment, int], MiddlewareFactory | None]] = []


def add_call_middleware(
    find: Callable[[api.Environment, int], MiddlewareFactory | None],
):
    """Let an addon put something around the calls of operations.

    :param find: takes an environment and the id of an operation, and returns what to
        put around its calls, if anything; asked whenever operations are read
    """
    if find not in _finders:
        _finders.append(find)


def middleware_of(env: api.Environment, operation_id: int) -> MiddlewareFactory | None:
    """Return what is put around the calls of an operation."""
    return next(filter(None, (find(env, operation_id) for find in _finders)), None)
