"""One attempt: from before the call until its transaction has ended."""

import os
import socket
import threading
import time
import uuid
from collections import Counter
from typing import Any

from odoo.addons.reliability.api import (
    Span,
    TransactionListener,
    guarded,
    listen,
    masked,
)

from .classification import Call, of_attempt
from .constants import (
    COMMITTED,
    FAILED,
    LOST,
    REJECTED,
    ROLLED_BACK,
    SUCCEEDED,
    UNKNOWN,
    UNSAFE,
)
from .ledger import ledger
from .transaction import transaction_of

_TRANSACTION_STATES = {"success": COMMITTED, "unknown": LOST}
_RECORDED_AS = {
    SUCCEEDED: "success",
    FAILED: "failed",
    UNKNOWN: "unknown",
    REJECTED: "rejected",
}
_MOST_CALLS, _MOST_REFERENCES = 1000, 1000
_LONGEST_EXCERPT = 2000

_undecided: Counter[tuple] = Counter()
"""What was asked with success in transactions that have not ended, and how often: to
ask the same again is to ask for another one, not another try."""


class Attempt(TransactionListener):
    """What is known of one attempt; connectors tell it what the counterpart did.

    :param db: the database whose ledger it is in
    :param cr: the cursor of the business transaction, if there is one
    :param note: what is known before the call, see ``data/ledger.sql``
    :param span: what it is measured as
    """

    def __init__(self, db: str, cr: Any, note: dict, span: Span | None):
        self.asked = note["integration"], note["operation"]
        self.keeps_excerpts = False
        self._db = db
        self._cr = cr
        self._span = span
        self._calls: list[Call] = []
        self._references: dict[str, dict] = {}
        self._failure = ""
        self._caught: BaseException | None = None
        self._excerpts: dict[str, str] = {}
        self._transaction = transaction_of(cr)
        same = threading.get_ident(), db, *self.asked, *_identity(note)
        self._same = same
        self._note = note | {
            "uid": uuid.uuid4().hex,
            "ordinal": _undecided[same],
            "started": time.time(),
            "xact": self._transaction and self._transaction.number,
            "host": socket.gethostname(),
            "pid": os.getpid(),
        }
        self._started = time.perf_counter()
        self._is_noted = ledger.note(db, self._note)

    def created(self, name: str, kind: str = "") -> None:
        """Tell what the counterpart has made for us: a tracking or document number.

        Tell it as soon as it is known: whatever happens next, it is on record.

        :param kind: what it is, such as ``tracking``
        """
        if name and len(self._references) < _MOST_REFERENCES:
            self._references[str(name)] = {"name": str(name), "kind": kind}

    def fail(self, message: str = "") -> None:
        """Tell that the counterpart did not do it, although nothing was raised."""
        self._failure = message or self._failure or "The counterpart did not do it."

    def caught(self, error: BaseException) -> None:
        """Tell of an error that leaves the block as another one, or that is told by
        :meth:`fail` only: it says more of what the counterpart can know.
        """
        self._caught = error

    @property
    def was_answered(self) -> bool:
        """Whether the counterpart was asked over HTTP and answered well, each time."""
        return bool(self._calls) and all(of.outcome == SUCCEEDED for of in self._calls)

    def called(self, call: Call) -> None:
        """Be told of a call over the network."""
        if len(self._calls) < _MOST_CALLS:
            self._calls.append(call)

    def excerpt(self, request: str, answer: str) -> None:
        """Be told what was sent and answered, where that is kept."""
        if self.keeps_excerpts:
            self._excerpts = {
                "request": masked(request, _LONGEST_EXCERPT),
                "answer": masked(answer, _LONGEST_EXCERPT),
            }

    @guarded
    def end(self, error: BaseException | None) -> None:
        """Note that it is over, and wait for the end of its transaction."""
        if self._caught and (error or self._failure):
            error = self._caught
        makes_more = self._note["repeatable"] == UNSAFE
        outcome = of_attempt(error, self._calls, bool(self._references), makes_more)
        if self._failure and outcome in (SUCCEEDED, REJECTED):
            outcome = FAILED
        self._close(outcome, error)

    @guarded
    def end_as(self, outcome: str, error: BaseException | None = None) -> None:
        """Note that it is over, and how, where that is known already."""
        self._close(outcome, error)

    def _close(self, outcome: str, error: BaseException | None) -> None:
        last = self._calls[-1] if self._calls else None
        self._transaction = transaction_of(self._cr)
        self._note |= {
            "seconds": time.perf_counter() - self._started,
            "outcome": outcome,
            "status": last.status if last else 0,
            "calls": len(self._calls),
            "external": sum(call.seconds for call in self._calls),
            "error": type(error).__name__ if error else "",
            "message": masked(error or self._failure),
            "references": list(self._references.values()),
            "xact": self._transaction
            and self._transaction.number
            or self._note["xact"],
            **self._excerpts,
        }
        if self._span is not None:
            self._span.end(_RECORDED_AS[outcome])
        if outcome == SUCCEEDED:
            _undecided[self._same] += 1
        if self._cr is None:
            self._decide(COMMITTED)  # nothing of ours can be undone
        else:
            listen(self._cr, self)
            self._write()

    def on_end(self, outcome: str) -> None:
        """Be told how the transaction ended, or the savepoint that it was in."""
        self._note["retried"] = outcome == "retried"
        self._decide(_TRANSACTION_STATES.get(outcome, ROLLED_BACK))

    def _decide(self, transaction_state: str) -> None:
        self._note["transaction_state"] = transaction_state
        if self._note["outcome"] == SUCCEEDED:
            _undecided[self._same] -= 1
            if _undecided[self._same] <= 0:
                del _undecided[self._same]
        self._write()

    def _write(self) -> None:
        self._is_noted = ledger.note(self._db, self._note, self._may_wait())

    def _may_wait(self) -> bool:
        """Say whether the note need not wait for the disk.

        A success need not, while its transaction may be committed: that COMMIT will
        wait, and PostgreSQL writes in order.  If it is undone, the note that says so
        waits.  Of all others the transaction_state need not, which can be asked again.
        """
        transaction = self._transaction
        if not (self._is_noted and transaction and transaction.has_written):
            return False
        transaction_state = self._note.get("transaction_state")
        if self._note["outcome"] == SUCCEEDED:
            return transaction_state in (None, COMMITTED)
        return transaction_state is not None


class NullAttempt:
    """Stands for an attempt that could not be put on record; takes what it is told."""

    asked = None
    was_answered = None
    """Nobody watched."""

    def created(self, name: str, kind: str = "") -> None:
        """As :meth:`Attempt.created`."""

    def fail(self, message: str = "") -> None:
        """As :meth:`Attempt.fail`."""

    def caught(self, error: BaseException) -> None:
        """As :meth:`Attempt.caught`."""

    def end(self, error: BaseException | None) -> None:
        """As :meth:`Attempt.end`."""


def _identity(note: dict) -> tuple:
    return tuple(
        note.get(name) for name in ("direction", "key", "model", "ids", "tries")
    )
