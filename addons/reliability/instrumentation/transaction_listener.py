"""Callbacks for the end of the current transaction or savepoint."""

from typing import Any


class TransactionListener:
    """Is called once when its transaction, or a savepoint around it, ends.

    Pass it to :func:`.transaction.listen` and override :meth:`on_end`.  It waits on the
    connection, among the calls, and has the attributes of a call that has ended.

    :ivar order: its position among calls and savepoints, set by ``listen``
    """

    order = 0
    ended = True
    committed = False
    error = None

    def on_end(self, outcome: str) -> None:
        """Handle the end of the transaction.

        :param outcome: as of a call: ``success`` if it was committed; ``retried`` if
            another attempt follows; ``unknown`` if the connection was lost; all others
            mean that it was rolled back
        """
        raise NotImplementedError

    def committing(self) -> None:
        """Do nothing when COMMIT is about to be sent; a call records it."""

    def began_before(self, error: Any) -> bool:
        """Return true: an error that rolls back the transaction concerns it."""
        return True
