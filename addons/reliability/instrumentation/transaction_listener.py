"""Being told how the transaction ends that something stands in."""

from typing import Any


class TransactionListener:
    """Somebody who is told once: when it is committed, undone, or lost.

    It is held on the connection as calls are, by :func:`.transaction.listen`; override
    :meth:`told`.

    :ivar order: compares with the order of a savepoint
    """

    order = 0
    ended = True
    committed = False
    error = None

    def on_end(self, outcome: str) -> None:
        """Be told the outcome, as of a call: ``success``, ``retried``, ``unknown`` or
        one of those that mean that it was undone."""
        raise NotImplementedError

    def committing(self) -> None:
        """COMMIT is about to be sent."""

    def began_before(self, error: Any) -> bool:
        """Whatever undoes the transaction undoes what is followed, too."""
        return True
