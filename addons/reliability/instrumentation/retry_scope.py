"""Two transactions in each other's way: does another try follow?

Only who tries again knows.  Until then, calls that were undone wait here.
"""

import contextlib
import functools
import threading
import uuid
from collections.abc import Iterable, Iterator

from odoo.service import model as service_model

from .call import Call, settle
from .guard import guarded
from .instrument import Hook, instrument
from .outcome import CONTENTION
from .transaction_listener import TransactionListener

_local = threading.local()


def install() -> None:
    """Know of the tries that Odoo makes for requests."""
    instrument(
        "Whether another attempt follows",
        Hook(service_model, "retrying", _retrying, ("func", "env")),
    )


class RetryScope:
    """Calls that were undone because two transactions were in each other's way."""

    def __init__(self) -> None:
        self._calls: list[Call | TransactionListener] = []

    @functools.cached_property
    def name(self) -> str:
        """What these tries have in common, and no other tries anywhere have."""
        return uuid.uuid4().hex

    def add(self, call: Call | TransactionListener) -> None:
        self._calls.append(call)

    @guarded
    def tried_again(self) -> None:
        """Say that another try follows: what was undone so far counts as retried."""
        self._settle("retried")

    @guarded
    def given_up(self) -> None:
        """Say that there is no other try: what was undone has failed."""
        self._settle("failed")

    def _settle(self, outcome: str) -> None:
        calls, self._calls = self._calls, []
        settle((call, outcome) for call in calls)


@contextlib.contextmanager
def retry_scope() -> Iterator[RetryScope]:
    """Let calls that are undone by contention wait until it is known what follows.

    Whoever tries again, such as a queue of jobs, puts this around each series of tries
    and calls :meth:`Contended.tried_again` where another follows.
    """
    outer = current_retry_scope()
    _local.contended = contended = RetryScope()
    try:
        yield contended
    finally:
        _local.contended = outer
        contended.given_up()


def current_retry_scope() -> RetryScope | None:
    """Return the tries that this thread is inside of."""
    return getattr(_local, "contended", None)


def decided(
    ended: Iterable[tuple[Call | TransactionListener, str]],
) -> Iterator[tuple[Call | TransactionListener, str]]:
    """Yield how calls ended, without those that wait for :func:`retry_scope` to tell."""
    contended = current_retry_scope()
    for call, outcome in ended:
        if outcome != CONTENTION:
            yield call, outcome
        elif contended is None:
            yield call, "failed"
        else:
            contended.add(call)


def _retrying(retrying):
    def watched(func, env):
        with retry_scope() as contended:

            def one_try():
                contended.tried_again()  # since this is another
                return func()

            return retrying(one_try, env)

    return watched
