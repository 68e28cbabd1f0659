"""Retry scopes: whether another attempt follows a conflict of two transactions.

Only the code that retries knows it.  Until then, the calls that were rolled back wait
in the scope.
"""

import contextlib
import functools
import threading
import uuid
from collections.abc import Iterable, Iterator

from odoo.service import model as service_model

from .call import Call, finish_calls
from .guard import guarded
from .instrument import Hook, instrument
from .outcome import CONTENTION
from .transaction_listener import TransactionListener

_local = threading.local()


def install() -> None:
    """Put a retry scope around the attempts that Odoo makes for requests."""
    instrument(
        "Whether another attempt follows",
        Hook(service_model, "retrying", _wrap_retrying, ("func", "env")),
    )


class RetryScope:
    """All attempts at the same work, and the calls whose outcome depends on a retry."""

    def __init__(self) -> None:
        self._pending: list[Call | TransactionListener] = []

    @functools.cached_property
    def name(self) -> str:
        """An id that all attempts of this scope share, and no other attempt has."""
        return uuid.uuid4().hex

    def add(self, call: Call | TransactionListener) -> None:
        """Let a call wait that contention has rolled back."""
        self._pending.append(call)

    @guarded
    def mark_retried(self) -> None:
        """Finish the waiting calls as ``retried``, since another attempt follows."""
        self._finish("retried")

    @guarded
    def mark_failed(self) -> None:
        """Finish the waiting calls as ``failed``, since no other attempt follows."""
        self._finish("failed")

    def _finish(self, outcome: str) -> None:
        pending, self._pending = self._pending, []
        finish_calls((call, outcome) for call in pending)


@contextlib.contextmanager
def retry_scope() -> Iterator[RetryScope]:
    """Let calls wait that contention rolls back, until it is known what follows.

    Code that retries, such as a job queue, puts this around all attempts at the same
    work, and calls :meth:`RetryScope.mark_retried` where another attempt follows.  At
    the end of the block the calls that still wait have failed.
    """
    outer = current_retry_scope()
    _local.scope = scope = RetryScope()
    try:
        yield scope
    finally:
        _local.scope = outer
        scope.mark_failed()


def current_retry_scope() -> RetryScope | None:
    """Return the retry scope that this thread is in."""
    return getattr(_local, "scope", None)


def defer_contended(
    ended: Iterable[tuple[Call | TransactionListener, str]],
) -> Iterator[tuple[Call | TransactionListener, str]]:
    """Yield calls with their outcomes, except those that wait in the retry scope.

    Without a scope, contention is a failure.
    """
    scope = current_retry_scope()
    for call, outcome in ended:
        if outcome != CONTENTION:
            yield call, outcome
        elif scope is None:
            yield call, "failed"
        else:
            scope.add(call)


def _wrap_retrying(retrying):
    def wrapper(func, env):
        with retry_scope() as scope:

            def attempt():
                scope.mark_retried()  # the attempt before this one, if there was one
                return func()

            return retrying(attempt, env)

    return wrapper
