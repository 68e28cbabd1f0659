"""Lazy attempts: recorded only if a call leaves.

Many methods that could call a partner system have the answer already, such as a price
from a table.  Recording each of them would take time and show a partner system that was
never called.
"""

from collections.abc import Callable

from .attempt import Attempt, NullAttempt


class LazyAttempt:
    """Replaces an attempt until its first call leaves or it has failed.

    :param begin: creates and records the attempt
    :param target: integration and operation
    """

    def __init__(self, begin: Callable[[], Attempt | None], target: tuple[str, str]):
        self.target = target
        self._begin = begin
        self._attempt: Attempt | NullAttempt | None = None

    def materialize(self) -> Attempt | NullAttempt:
        """Record the attempt, if it is not recorded yet, and return it."""
        if self._attempt is None:
            self._attempt = self._begin() or NullAttempt()
        return self._attempt

    def created(self, name: str, kind: str = "") -> None:
        """Like :meth:`.attempt.Attempt.created`."""
        self.materialize().created(name, kind)

    def fail(self, message: str = "") -> None:
        """Like :meth:`.attempt.Attempt.fail`."""
        self.materialize().fail(message)

    def record_error(self, error: BaseException) -> None:
        """Like :meth:`.attempt.Attempt.record_error`."""
        self.materialize().record_error(error)

    def end(self, error: BaseException | None) -> None:
        """Like :meth:`.attempt.Attempt.end`, if a call left or an error ended it."""
        if error is not None:
            self.materialize()
        if self._attempt is not None:
            self._attempt.end(error)
