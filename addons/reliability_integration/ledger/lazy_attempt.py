"""Questions: attempts that are on record only if something leaves.

Many methods that could ask a counterpart know the answer, such as a price from a table.
Each of them on record would tell of a counterpart that nobody has asked, and cost time.
"""

from collections.abc import Callable

from .attempt import Attempt, NullAttempt


class LazyAttempt:
    """Stands for an attempt until the first call leaves, or until it has failed.

    :param begin: puts it on record
    :param asked: integration and operation
    """

    def __init__(self, begin: Callable[[], Attempt | None], asked: tuple[str, str]):
        self.asked = asked
        self._begin = begin
        self._attempt: Attempt | NullAttempt | None = None

    def leaves(self) -> Attempt | NullAttempt:
        """Return the attempt: something is about to leave."""
        if self._attempt is None:
            self._attempt = self._begin() or NullAttempt()
        return self._attempt

    def created(self, name: str, kind: str = "") -> None:
        """As :meth:`.attempt.Attempt.created`."""
        self.leaves().created(name, kind)

    def fail(self, message: str = "") -> None:
        """As :meth:`.attempt.Attempt.fail`."""
        self.leaves().fail(message)

    def caught(self, error: BaseException) -> None:
        """As :meth:`.attempt.Attempt.caught`."""
        self.leaves().caught(error)

    def end(self, error: BaseException | None) -> None:
        """As :meth:`.attempt.Attempt.end`."""
        if error is not None:
            self.leaves()
        if self._attempt is not None:
            self._attempt.end(error)
